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

/**
 * Reads `argv` by `table`: short options group and take attached values, `--` ends options, the last of a
 * repeated option counts unless it adds, an option with a bare value takes a value only after `=`.
 * @throws UsageError
 */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  argv: readonly string[],
  { positionals: wanted }: { positionals: boolean },
): { options: Parsed<Table>; positionals: string[] } {
  const config = Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [
      name,
      {
        type: spec.arg !== undefined && spec.bare === undefined ? ('string' as const) : ('boolean' as const),
        ...(spec.short ? { short: spec.short } : {}),
      },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...argv],
    options: config,
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
    const spec = Object.hasOwn(table, token.name) ? table[token.name] : undefined;
    if (!spec) throw new UsageError(`unknown option ${token.rawName}`);
    const shown = spec.short ? `-${spec.short}/--${token.name}` : `--${token.name}`;
    options[token.name] = readValue(spec, shown, token.value);
    if (spec.adds) {
      const before = lists.get(token.name);
      const whole = before === undefined ? token.value! : `${before},${token.value}`;
      if (before !== undefined) options[token.name] = readValue(spec, shown, whole);
      lists.set(token.name, whole);
    }
    given.set(token.name, shown);
  }
  for (const [name, shown] of given) {
    const other = given.get(table[name]?.excludes ?? '');
    if (other) throw new UsageError(`${shown} and ${other} exclude each other`);
  }
  if (!wanted && positionals.length > 0) throw new UsageError(`unexpected argument '${positionals[0]}'`);
  return { options: options as Parsed<Table>, positionals };
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
