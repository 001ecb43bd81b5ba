import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mapLargeBlocks, unmapNodeFile } from '@tcppipe/native/memory';
import { prepareQuit } from '@tcppipe/native/quit';
import { type AllOptions, type Command, type Context, commonOptions, filterOptions } from './command.js';
import { DroppingSink } from './dropping-sink.js';
import { Endings } from './endings.js';
import { explain, UsageError } from './errors.js';
import { helpText } from './help.js';
import { counted, Messages } from './messages.js';
import { type OptionTable, type Parsed, parseOptions } from './options.js';
import { Output } from './output.js';
import { OutputFile } from './output-file.js';
import { openOwnPipes } from './own-pipes.js';
import { Tally } from './records.js';
import { refuseOwnOutput } from './same-file.js';
import { handleSignals, keepDebuggerShut } from './signals.js';
import { stdoutSink } from './sink.js';
import { keepTablesSmall, keepYoungSpaceSmall } from './small-heap.js';

export const version: string = createRequire(import.meta.url)('../package.json').version;

/** Says what an error means, where there is something to be said. Returns the exit code. */
function tell(error: unknown, messages: Pick<Messages, 'say'>): number {
  const { exitCode, message } = explain(error);
  if (message !== '') messages.say(message);
  return exitCode;
}

/**
 * Runs a command from argv to exit code: the only place where a process of this project ends.
 * `main` resolves when its work is done, with an exit code if that is not 0.
 */
export async function run<Table extends OptionTable>(
  command: Command<Table>,
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands have no exit code of their own
  main: (context: Context<Table>) => Promise<number | void>,
): Promise<void> {
  keepDebuggerShut();
  takeName(command.name);
  // Nobody gets to see a stack, and the JSON parser would make one for each bad line: three quarters of what that takes.
  Error.stackTraceLimit = 0;
  const { quit, failure } = preparedQuit();
  openOwnPipes();
  const messages = new Messages(command.name, process.stderr);
  process.on('uncaughtException', error => quit(tell(error, messages)));
  const performed = failure ? Promise.reject(failure) : perform(command, main, messages, quit);
  const exitCode = await performed.catch(error => {
    if (error instanceof UsageError) error.message += `; ${command.name} --help lists the options`;
    return tell(error, messages);
  });
  await messages.heard();
  quit(exitCode);
}

/** Has pkill(1) and top(1) know the process by its command: to them any program of Node is a `node` (proc(5)). */
function takeName(name: string): void {
  try {
    writeFileSync('/proc/self/comm', name);
  } catch {
    // Without /proc, or of a file with capabilities, that is what it remains.
  }
}

/** How the process ends, and what was wrong where that could not be prepared. */
function preparedQuit(): { quit: (code: number) => never; failure?: unknown } {
  try {
    return { quit: prepareQuit() };
  } catch (failure) {
    return { quit: code => process.exit(code), failure };
  }
}

async function perform<Table extends OptionTable>(
  command: Command<Table>,
  // biome-ignore lint/suspicious/noConfusingVoidType: as above
  main: (context: Context<Table>) => Promise<number | void>,
  messages: Messages,
  quit: (code: number) => never,
): Promise<number> {
  const isFilter = command.kind === 'filter';
  const table = { ...command.options, ...(isFilter ? filterOptions : {}), ...commonOptions };
  const { options, positionals } = parseOptions(table, process.argv.slice(2), {
    positionals: isFilter,
    argparse: command.isLikeArgparse ? Object.keys(command.options) : [],
  });
  if (options.help || options.version) {
    const text = options.help ? await helpText({ ...command, options: table }) : `${command.name} ${version}`;
    return writeText(text);
  }
  checkTogether(options, positionals);
  if (isFilter) refuseOwnOutput(positionals.length > 0 ? positionals : ['-'], options.output);
  saveMemory(command);
  const endings = new Endings();
  const context = contextOf(options as AllOptions<Table>, positionals, endings, messages);
  const { out, file } = context;
  handleSignals({
    stop: endings.stop,
    interrupt: isFilter ? endings.interrupt : endings.stop,
    endNow: quit,
    hangUp: file && (() => reopen(file, context.say)),
  });
  // A source opens it itself, once it has given up its privileges.
  if (isFilter) file?.open();
  // Again, as one that was not there is waited for, and may just have been created.
  if (options.follow) refuseOwnOutput(positionals, options.output);
  const exitCode = await main(context).catch(async error => {
    endings.abandon(); // other inputs may have more, without end
    await finish(context, error);
    throw error;
  });
  await out.drained();
  return exitCode || report(context);
}

type CommonOptions = Parsed<typeof commonOptions & Partial<typeof filterOptions>>;

/** @throws UsageError where one does not go with another, or with the files */
function checkTogether({ 'on-full': onFull, output, follow }: CommonOptions, files: readonly string[]): void {
  if (onFull === 'drop' && output === undefined) throw new UsageError('--on-full=drop wants --output');
  if (follow && files.length === 0)
    throw new UsageError('--follow wants a FILE: a pipe is read to its end without it');
  if (files.filter(path => path === '-').length > 1) throw new UsageError('stdin (-) can be read once only');
}

function saveMemory({ kind, hasTables }: Pick<Command, 'kind' | 'hasTables'>): void {
  mapLargeBlocks();
  unmapNodeFile();
  keepYoungSpaceSmall();
  if (kind === 'filter' || hasTables) keepTablesSmall();
}

function contextOf<Table extends OptionTable>(
  options: AllOptions<Table> & CommonOptions,
  files: readonly string[],
  { stopped, interrupted, abandoned, abandon }: Endings,
  messages: Messages,
): Context<Table> {
  const say = messages.say.bind(messages);
  const file = options.output === undefined ? undefined : new OutputFile(options.output);
  const dropping = file && options['on-full'] === 'drop' ? new DroppingSink(file, say) : undefined;
  const tally = new Tally();
  return {
    options,
    files,
    out: new Output(dropping ?? file ?? stdoutSink(), abandon),
    file,
    dropping,
    tally,
    stop: stopped,
    interrupted,
    follow: options.follow
      ? { until: interrupted, stop: abandoned, say, missed: () => tally.gaps++ }
      : undefined,
    say,
    heard: () => messages.heard(),
  };
}

/** What was made before an error is still written, and told of before it. */
async function finish(context: Context<OptionTable>, error: unknown): Promise<void> {
  try {
    await context.out.drained();
  } catch (failure) {
    if (failure !== error) tell(failure, context);
    return;
  }
  report(context);
}

async function writeText(text: string): Promise<number> {
  const out = new Output(stdoutSink(), () => {});
  for (const line of text.split('\n')) out.write(line);
  await out.drained();
  return 0;
}

function reopen(file: OutputFile, say: (message: string) => void): void {
  try {
    file.reopen();
  } catch (error) {
    say(`${explain(error).message}; going on in the file that was open, until the next SIGHUP`);
  }
}

/** Says why `--strict` fails for losses that were read, where the output alone tells of them. */
export function sayLossesRead({
  options,
  tally,
  say,
}: Pick<Context<OptionTable>, 'options' | 'tally' | 'say'>): void {
  if (options.strict && tally.lost > 0)
    say(`${counted(tally.lost, 'event')} lost by the sources of the input, which --strict makes a failure`);
}

/** Says what was not as it should be: the exit code. */
function report({ tally, out, file, dropping, options, say }: Context<OptionTable>): number {
  const dropped = dropping?.dropped ?? 0;
  const summary = tally.summary();
  if (summary) say(summary);
  if (out.oversized > 0) say(`${counted(out.oversized, 'record')} not written: longer than 16 KiB`);
  if (dropped > 0) say(`${counted(dropped, 'line')} dropped: no room in ${file!.path}`);
  const faults = tally.rejected + tally.lost + tally.gaps + out.oversized + dropped;
  return options.strict && faults > 0 ? 1 : 0;
}
