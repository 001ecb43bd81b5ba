import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { type Chunks, chunksOfFile, chunksOfPipe, chunksOfStream, shareOf } from './chunks.js';
import { ioError, isErrno, UsageError } from './errors.js';
import { FlatLines, type LineNumbers } from './flat-lines.js';
import { canBeFollowed, chunksOfFollowed, type Follow } from './follow.js';
import type { Line } from './line.js';
import { RecordReader, type Tally } from './records.js';
import { usualRows } from './rows.js';
import { sideBySide } from './side-by-side.js';

const stdin = 0;

export interface InputOptions {
  /** By which lines are numbered. */
  readonly numbers?: LineNumbers | undefined;
  /** Given when files are to be followed. */
  readonly follow?: Follow | undefined;
  /** How many inputs are read side by side, this one among them: each of many takes less memory. 1 if not given. */
  readonly sideBySide?: number;
}

/**
 * Records of one input, in batches of what a read gave, each valid until the next. `-` is stdin.
 * Ends at the end of input, or when `stop` is aborted and what had been read is out; of a file that is followed `follow` says
 * when it ends.
 * @throws IoError @throws UsageError when stdin is a terminal
 */
export function readRecords(
  path: string,
  tally: Tally,
  stop: AbortSignal,
  { numbers, follow, sideBySide = 1 }: InputOptions = {},
): AsyncGenerator<Line[]> {
  const share = shareOf(sideBySide);
  const flatLines = new FlatLines(numbers, Math.ceil(usualRows * share));
  return parsed(chunksToParse(path, stop, new RecordReader(tally, flatLines), follow, share));
}

/** Records of a stream of bytes; `name` is for messages. */
export function recordsOf(
  stream: Readable,
  name: string,
  tally: Tally,
  stop: AbortSignal,
  numbers?: LineNumbers,
): AsyncGenerator<Line[]> {
  const reader = new RecordReader(tally, new FlatLines(numbers));
  return parsed(toParse(() => chunksOfStream(stream, stop), name, reader));
}

/**
 * All inputs one after the other; followed files side by side, as what is written to them arrives. No names at all means
 * stdin.
 */
export async function* readAll(
  paths: readonly string[],
  tally: Tally,
  stop: AbortSignal,
  { numbers, follow }: Pick<InputOptions, 'numbers' | 'follow'> = {},
): AsyncGenerator<Line[]> {
  if ((follow?.stop ?? stop).aborted) return;
  const flatLines = new FlatLines(numbers);
  const inputs = (paths.length > 0 ? paths : ['-']).map(path =>
    chunksToParse(path, stop, new RecordReader(tally, flatLines), follow),
  );
  if (follow) {
    yield* parsed(sideBySide(inputs));
    return;
  }
  for (const input of inputs) {
    if (stop.aborted) return;
    yield* parsed(input);
  }
}

/** Gives the records of a chunk. Readers may share a scan, so that each is asked only when its records are wanted. */
type Parse = () => Line[];

async function* parsed(chunks: AsyncIterable<Parse>): AsyncGenerator<Line[]> {
  for await (const parse of chunks) {
    const lines = parse();
    if (lines.length > 0) yield lines;
  }
}

function chunksToParse(
  path: string,
  stop: AbortSignal,
  reader: RecordReader,
  follow: Follow | undefined,
  share = 1,
): AsyncGenerator<Parse> {
  const open = () => {
    if (follow && canBeFollowed(path)) return chunksOfFollowed(path, follow);
    return chunksOfInput(path === '-' ? stdinDescriptor() : openInput(path), stop, share);
  };
  return toParse(open, path === '-' ? 'stdin' : path, reader);
}

async function* toParse(open: () => Chunks, name: string, reader: RecordReader): AsyncGenerator<Parse> {
  try {
    for await (const chunk of open()) yield () => (chunk === null ? reader.end() : reader.push(chunk));
  } catch (error) {
    throw isErrno(error) ? ioError(name, error) : error;
  }
}

function stdinDescriptor(): number {
  if (isatty(stdin)) {
    throw new UsageError('stdin is a terminal: name a file, or pipe records in (tcpsource | …)');
  }
  return stdin;
}

/** Opened without blocking, so that a FIFO whose writer is late keeps neither signals nor the exit waiting. */
function openInput(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

function chunksOfInput(fd: number, stop: AbortSignal, share: number): Chunks {
  const stat = fstatSync(fd);
  const autoClose = fd !== stdin;
  if (stat.isFile()) return chunksOfFile(fd, autoClose, stop, share);
  if (stat.isFIFO() || stat.isSocket()) return chunksOfPipe(fd, stop, share);
  return chunksOfStream(createReadStream('', { fd, autoClose }), stop);
}
