import { createRequire } from 'node:module';
import { printable } from '@tcppipe/events';
import { type AllOptions, type Command, type Context, commonOptions } from './command.js';
import { explain, UsageError } from './errors.js';
import { helpText } from './help.js';
import { type OptionTable, parseOptions } from './options.js';
import { Output } from './output.js';
import { refuseOwnOutput } from './own-output.js';
import { Tally } from './records.js';
import { handleSignals } from './signals.js';
import { fileSink, stdoutSink } from './sink.js';
import { keepYoungSpaceSmall } from './young-space.js';

export const version: string = createRequire(import.meta.url)('../package.json').version;

/**
 * Runs a command from argv to exit code: the only place where a process of this project ends.
 * `main` resolves when its work is done, with an exit code if that is not 0.
 */
export async function run<Table extends OptionTable>(
  command: Command<Table>,
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands have no exit code of their own
  main: (context: Context<Table>) => Promise<number | void>,
): Promise<void> {
  const say = (message: string) => process.stderr.write(`${command.name}: ${printable(message)}\n`);
  const end = (error: unknown) => {
    const { exitCode, message } = explain(error);
    if (message !== '') say(message);
    process.exit(exitCode);
  };
  process.on('uncaughtException', end);
  process.stderr.on('error', () => {}); // nobody reads our messages: no reason to fail
  try {
    process.exit(await perform(command, main, say));
  } catch (error) {
    if (error instanceof UsageError) error.message += `; ${command.name} --help lists the options`;
    end(error);
  }
}

async function perform<Table extends OptionTable>(
  command: Command<Table>,
  // biome-ignore lint/suspicious/noConfusingVoidType: as above
  main: (context: Context<Table>) => Promise<number | void>,
  say: (message: string) => void,
): Promise<number> {
  const table = { ...command.options, ...commonOptions };
  const { options, positionals } = parseOptions(table, process.argv.slice(2), {
    positionals: command.kind === 'filter',
  });
  const reads = command.kind === 'filter' && !options.help && !options.version;
  if (reads) refuseOwnOutput(positionals.length > 0 ? positionals : ['-'], options.output);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const sink = options.output !== undefined ? fileSink(options.output) : stdoutSink();
  const out = new Output(sink, stop);
  if (options.help || options.version) {
    const text = options.help ? await helpText({ ...command, options: table }) : `${command.name} ${version}`;
    for (const line of text.split('\n')) out.write(line);
    await out.drained();
    return 0;
  }

  if (command.kind === 'filter' && !command.holdsRecords) keepYoungSpaceSmall();
  handleSignals(command.kind, stop, code => process.exit(code));
  const tally = new Tally();
  const context = {
    options: options as AllOptions<Table>,
    files: positionals,
    out,
    tally,
    stop: stopping.signal,
    say,
  };
  const exitCode = await main(context);
  await out.drained();
  return exitCode || report(tally, out, options.strict, say);
}

function report(tally: Tally, out: Output, strict: boolean, say: (message: string) => void): number {
  const summary = tally.summary();
  if (summary) say(summary);
  if (out.oversized > 0) say(`${out.oversized} records not written: longer than 16 KiB`);
  return strict && tally.rejected + tally.lost + out.oversized > 0 ? 1 : 0;
}
