import type { DroppingSink } from './dropping-sink.js';
import type { Follow } from './follow.js';
import type { OptionTable, Parsed } from './options.js';
import { flag, value } from './options.js';
import type { Output } from './output.js';
import type { OutputFile } from './output-file.js';
import type { Tally } from './records.js';
import { oneOf, text } from './values.js';

/** What a command is: all that help, parsing and the manual page need to know of it. */
export interface Command<Table extends OptionTable = OptionTable> {
  readonly name: string;
  readonly kind: 'source' | 'filter';
  /** Whether it has tables in which much comes and goes, as filters do. */
  readonly hasTables?: boolean;
  /** Whether its own options may be written as Python's argparse takes them, as those of the command in whose place it is. */
  readonly isLikeArgparse?: boolean;
  readonly summary: string;
  readonly synopsis: string;
  /** Pairs of a command line and what it does; they come first in the help and are run as tests. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly options: Table;
  /** Further paragraphs of the help. */
  readonly notes?: readonly string[];
}

/** Options every command has. */
export const commonOptions = {
  output: value({
    short: 'o',
    arg: 'FILE',
    parse: text('a file name'),
    help: 'append to FILE (mode 0600, no symbolic link) instead of stdout; reopened on SIGHUP',
  }),
  'on-full': value({
    arg: 'fail|drop',
    parse: oneOf('fail', 'drop'),
    default: 'fail',
    help: 'where --output has no room: fail with 74 (default), or drop lines, count them and go on',
  }),
  strict: flag({ help: 'exit 1 if anything was lost, read as lost, or rejected' }),
  help: flag({ short: 'h', help: 'show this help' }),
  version: flag({ help: 'show the version' }),
} as const;

/** Options every filter has, besides those. */
export const filterOptions = {
  follow: flag({ help: 'read on as FILEs grow and are rotated, until Ctrl-C' }),
} as const;

export type AllOptions<Table extends OptionTable> = Parsed<Table & typeof commonOptions>;

/** What a command's main function works with. */
export interface Context<Table extends OptionTable> {
  readonly options: AllOptions<Table>;
  /** Files to read; empty for stdin. */
  readonly files: readonly string[];
  readonly out: Output;
  /** The file of --output, if given: open for a filter; for a source to open. */
  readonly file?: OutputFile | undefined;
  /** With --on-full=drop: who drops lines. */
  readonly dropping?: DroppingSink | undefined;
  readonly tally: Tally;
  /** Aborted when the command should stop taking input: a signal, or a reader that has gone. */
  readonly stop: AbortSignal;
  /** Aborted besides by Ctrl-C, after which a filter reads on to the end of its input. */
  readonly interrupted: AbortSignal;
  /** With --follow: how files are followed, and until when. */
  readonly follow?: Follow | undefined;
  /** One line on stderr, made safe for a terminal. */
  say(message: string): void;
  /** Resolves when stderr has taken all that was said: for who says something of each record. */
  heard(): Promise<void>;
}
