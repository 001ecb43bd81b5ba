import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { type Chunks, chunksOfFile, chunksOfPipe, chunksOfStream } from './chunks.js';
import { ioError, isErrno, UsageError } from './errors.js';
import { FlatLines } from './flat-lines.js';
import type { Line } from './line.js';
import { RecordReader, type Tally } from './records.js';

const stdin = 0;

/**
 * Records of one input, in batches of what a read gave, each valid until the next. `-` is stdin.
 * Ends at the end of input, or when `stop` is aborted and what had been read is out.
 * @throws IoError @throws UsageError when stdin is a terminal
 */
export async function* readRecords(
  path: string,
  tally: Tally,
  stop: AbortSignal,
  flatLines?: FlatLines,
): AsyncGenerator<Line[]> {
  const name = path === '-' ? 'stdin' : path;
  let chunks: Chunks;
  try {
    chunks = chunksOfInput(path === '-' ? stdinDescriptor() : openInput(path), stop);
  } catch (error) {
    throw isErrno(error) ? ioError(name, error) : error;
  }
  yield* recordsIn(chunks, name, new RecordReader(tally, flatLines));
}

/** Records of a stream of bytes; `name` is for messages. */
export function recordsOf(
  stream: Readable,
  name: string,
  tally: Tally,
  stop: AbortSignal,
): AsyncGenerator<Line[]> {
  return recordsIn(chunksOfStream(stream, stop), name, new RecordReader(tally));
}

async function* recordsIn(chunks: Chunks, name: string, reader: RecordReader): AsyncGenerator<Line[]> {
  try {
    for await (const chunk of chunks) {
      const lines = chunk === null ? reader.end() : reader.push(chunk);
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    throw isErrno(error) ? ioError(name, error) : error;
  }
}

/** All inputs one after the other; no names at all means stdin. Lines are numbered by the fields called `key`. */
export async function* readAll(
  paths: readonly string[],
  tally: Tally,
  stop: AbortSignal,
  key?: readonly string[],
): AsyncGenerator<Line[]> {
  const flatLines = new FlatLines(key);
  for (const path of paths.length > 0 ? paths : ['-']) {
    if (stop.aborted) return;
    yield* readRecords(path, tally, stop, flatLines);
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

function chunksOfInput(fd: number, stop: AbortSignal): Chunks {
  const stat = fstatSync(fd);
  const autoClose = fd !== stdin;
  if (stat.isFile()) return chunksOfFile(fd, autoClose, stop);
  if (stat.isFIFO() || stat.isSocket()) return chunksOfPipe(fd, stop);
  return chunksOfStream(createReadStream('', { fd, autoClose }), stop);
}
