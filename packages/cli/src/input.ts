import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ioError, isErrno, UsageError } from './errors.js';
import { FlatLines } from './flat-lines.js';
import type { Line } from './line.js';
import { RecordReader, type Tally } from './records.js';

const chunkBytes = 64 * 1024;
const stdin = 0;

/** What was read, and null at the end of input; without that when stopped: a line begun then is no fault of the input. */
type Chunks = AsyncIterable<Buffer | null>;

/** A file is read without the event loop, which is given a turn after so many chunks, for signals and timers. */
const chunksPerTurn = 16;

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
  return recordsIn(chunksOf(stream, stop), name, new RecordReader(tally));
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

/** Unlike the stream's own iterator this gives, when stopped, what had already been read. */
async function* chunksOf(stream: Readable, stop: AbortSignal): AsyncGenerator<Buffer | null> {
  let ended = false;
  let failure: Error | undefined;
  let wake = () => {};
  const end = () => {
    ended = true;
    wake();
  };
  const fail = (error: Error) => {
    failure = error;
    wake();
  };
  const more = () => wake();
  stream.on('readable', more).on('end', end).on('close', end).on('error', fail);
  stop.addEventListener('abort', more);
  try {
    for (;;) {
      const chunk: Buffer | null = stream.read();
      if (chunk !== null) {
        yield chunk;
        continue;
      }
      if (failure) throw failure;
      if (ended) yield null;
      if (ended || stop.aborted) return;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } finally {
    stop.removeEventListener('abort', more);
    stream.off('readable', more).off('end', end).off('close', end).off('error', fail);
    stream.on('error', () => {}); // a late error of an input that nobody reads any more
    stream.destroy();
  }
}

function stdinDescriptor(): number {
  if (process.stdin.isTTY) {
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
  if (stat.isFile()) return chunksOfFile(fd, stop);
  const isPipe = stat.isFIFO() || stat.isSocket();
  if (fd === stdin)
    return chunksOf(isPipe ? process.stdin : createReadStream('', { fd, autoClose: false }), stop);
  return chunksOf(
    isPipe ? new Socket({ fd, readable: true, writable: false }) : createReadStream('', { fd }),
    stop,
  );
}

/** Each valid until the next, as there is one buffer. */
async function* chunksOfFile(fd: number, stop: AbortSignal): AsyncGenerator<Buffer | null> {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  try {
    for (let reads = 1; !stop.aborted; reads++) {
      const bytes = readSync(fd, chunk);
      yield bytes > 0 ? chunk.subarray(0, bytes) : null;
      if (bytes === 0) return;
      if (reads % chunksPerTurn === 0) await nextTurn();
    }
  } finally {
    if (fd !== stdin) closeSync(fd);
  }
}
