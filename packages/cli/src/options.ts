import { UsageError } from './errors.js';
import { parseArgs } from './node-util.js';

/** One option of a command. `parse` returns the value or throws an `Expected` that says what it wants. */
export interface OptionSpec<T = unknown> {
  readonly short?: string;
  readonly help: string;
  /** Name of the value in help; absent for a flag. */
  readonly arg?: string;
  readonly parse?: (text: string) => T;
  readonly default?: T;
  /** Value of the bare option; such an option takes a value only after `=`. */
  readonly bare?: T;
  /** Name of another option that cannot be given with this one. */
  readonly excludes?: string;
  /** Whether it takes a list, separated by commas, to which it adds where it is repeated. */
  readonly adds?: boolean;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type ValueOf<S> = S extends { parse: (text: string) => infer T }
  ? S extends { default: unknown }
    ? T
    : T | undefined
  : boolean;

/** The typed result: flags are booleans, values what `parse` returned or the default or undefined. */
export type Parsed<Table extends OptionTable> = { [K in keyof Table]: ValueOf<Table[K]> };

/** Thrown by `parse` functions; says what would have been right. */
export class Expected extends Error {}

export function flag(spec: {
  short?: string;
  help: string;
  excludes?: string;
}): OptionSpec<boolean> & { parse?: never } {
  return spec;
}

export function value<T>(
  spec: Omit<OptionSpec<T>, 'default'> & { arg: string; parse: (text: string) => T; default: T },
): OptionSpec<T> & {
  parse: (text: string) => T;
  default: T;
};
export function value<T>(
  spec: OptionSpec<T> & { arg: string; parse: (text: string) => T },
): OptionSpec<T> & { parse: (text: string) => T };
export function value<T>(spec: OptionSpec<T>): OptionSpec<T> {
  return spec;
}

/** What may be written besides options of a table in full. */
interface Syntax {
  /** Whether there may be arguments besides options. */
  readonly positionals: boolean;
  /**
   * Options that may be written as Python's argparse takes them, too: long ones by as much of their beginning as tells them
   * apart from each other, short ones with = before their value.
   */
  readonly argparse?: readonly string[];
}

/**
 * Reads `argv` by `table`: short options group and take attached values, `--` ends options, the last of a
 * repeated option counts unless it adds, an option with a bare value takes a value only after `=`.
 * @throws UsageError
 */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  argv: readonly string[],
  { positionals: wanted, argparse = [] }: Syntax,
): { options: Parsed<Table>; positionals: string[] } {
  const callable = namesByCall(Object.keys(table), argparse);
  const { tokens } = parseArgs({
    args: [...argv],
    options: configFor(table, callable),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });

  const options: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(table)) options[name] = spec.parse ? spec.default : false;
  const given = new Map<string, string>();
  const lists = new Map<string, string>();
  const positionals: string[] = [];

  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const name = nameOf(token, callable);
    const spec = table[name]!;
    const shown = spec.short ? `-${spec.short}/--${name}` : `--${name}`;
    const isAfterEquals = argparse.includes(name) && argv[token.index]!.startsWith(`-${spec.short}=`);
    const text = isAfterEquals ? token.value?.slice(1) : token.value;
    options[name] = readValue(spec, shown, text);
    if (spec.adds) {
      const before = lists.get(name);
      const whole = before === undefined ? text! : `${before},${text}`;
      if (before !== undefined) options[name] = readValue(spec, shown, whole);
      lists.set(name, whole);
    }
    given.set(name, shown);
  }
  for (const [name, shown] of given) {
    const other = given.get(table[name]?.excludes ?? '');
    if (other) throw new UsageError(`${shown} and ${other} exclude each other`);
  }
  if (!wanted && positionals.length > 0) throw new UsageError(`unexpected argument '${positionals[0]}'`);
  return { options: options as Parsed<Table>, positionals };
}

/** By what an option can be called with two dashes, the options that may be meant: itself, or those that begin so. */
function namesByCall(
  names: readonly string[],
  abbreviated: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const callable = new Map(names.map(name => [name, [name]]));
  for (const name of abbreviated) {
    for (let length = 1; length < name.length; length++) {
      const call = name.slice(0, length);
      if (!names.includes(call)) callable.set(call, [...(callable.get(call) ?? []), name]);
    }
  }
  return callable;
}

function configFor(
  table: OptionTable,
  callable: ReadonlyMap<string, readonly string[]>,
): Record<string, { type: 'string' | 'boolean'; short?: string }> {
  const entries = [...callable].map(([call, [name]]) => {
    const { short, arg, bare } = table[name!]!;
    const type = arg !== undefined && bare === undefined ? 'string' : 'boolean';
    return [call, { type, ...(short && call === name ? { short } : {}) }] as const;
  });
  return Object.fromEntries(entries);
}

function nameOf(
  { name: call, rawName }: { name: string; rawName: string },
  callable: ReadonlyMap<string, readonly string[]>,
): string {
  const [name, ...others] = callable.get(call) ?? [];
  // A letter that is no short option may begin a long one.
  const isCalledSo = name === call || rawName.startsWith('--');
  if (name === undefined || !isCalledSo) throw new UsageError(`unknown option ${rawName}`);
  if (others.length > 0)
    throw new UsageError(`${rawName} may be ${[name, ...others].map(one => `--${one}`).join(' or ')}`);
  return name;
}

function readValue(spec: OptionSpec, shown: string, text: string | undefined): unknown {
  if (!spec.parse) {
    if (text !== undefined) throw new UsageError(`${shown} takes no value`);
    return true;
  }
  if (text === undefined) {
    if (spec.bare !== undefined) return spec.bare;
    throw new UsageError(`${shown} wants a value: ${spec.arg}`);
  }
  try {
    return spec.parse(text);
  } catch (error) {
    if (!(error instanceof Expected)) throw error;
    throw new UsageError(`${shown} wants ${error.message}, not '${text}'`);
  }
}
