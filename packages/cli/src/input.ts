import { constants, createReadStream, fstatSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { ioError, isErrno, UsageError } from './errors.js';
import { type Line, RecordReader, type Tally } from './records.js';

const chunkBytes = 64 * 1024;

/**
 * Records of one input, in batches of what a read gave. `-` is stdin.
 * Ends at the end of input, or when `stop` is aborted and what had been read is out.
 * @throws IoError @throws UsageError when stdin is a terminal
 */
export async function* readRecords(path: string, tally: Tally, stop: AbortSignal): AsyncGenerator<Line[]> {
  const name = path === '-' ? 'stdin' : path;
  let stream: Readable;
  try {
    stream = path === '-' ? stdinStream() : fileStream(path);
  } catch (error) {
    throw isErrno(error) ? ioError(name, error) : error;
  }
  yield* recordsOf(stream, name, tally, stop);
}

/** Records of a stream of bytes; `name` is for messages. */
export async function* recordsOf(
  stream: Readable,
  name: string,
  tally: Tally,
  stop: AbortSignal,
): AsyncGenerator<Line[]> {
  const reader = new RecordReader(tally);
  try {
    for await (const chunk of chunksOf(stream, stop)) {
      const lines = reader.push(chunk);
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    throw isErrno(error) ? ioError(name, error) : error;
  } finally {
    stream.destroy();
  }
  if (stop.aborted && !stream.readableEnded) return; // the line we stopped in is no fault of the input
  const last = reader.end();
  if (last.length > 0) yield last;
}

/** All inputs one after the other; no names at all means stdin. */
export async function* readAll(
  paths: readonly string[],
  tally: Tally,
  stop: AbortSignal,
): AsyncGenerator<Line[]> {
  for (const path of paths.length > 0 ? paths : ['-']) {
    if (stop.aborted) return;
    yield* readRecords(path, tally, stop);
  }
}

/** Unlike the stream's own iterator this gives, when stopped, what had already been read. */
async function* chunksOf(stream: Readable, stop: AbortSignal): AsyncGenerator<Buffer> {
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
      if (ended || stop.aborted) return;
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  } finally {
    stop.removeEventListener('abort', more);
    stream.off('readable', more).off('end', end).off('close', end).off('error', fail);
    stream.on('error', () => {}); // a late error of an input that nobody reads any more
  }
}

function stdinStream(): Readable {
  if (process.stdin.isTTY) {
    throw new UsageError('stdin is a terminal: name a file, or pipe records in (tcpsource | …)');
  }
  const stat = fstatSync(0);
  if (stat.isFIFO() || stat.isSocket()) return process.stdin;
  return createReadStream('', { fd: 0, autoClose: false, highWaterMark: chunkBytes });
}

/** Opened without blocking, so that a FIFO whose writer is late keeps neither signals nor the exit waiting. */
function fileStream(path: string): Readable {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = fstatSync(fd);
  if (stat.isFIFO()) return new Socket({ fd, readable: true, writable: false });
  return createReadStream('', { fd, highWaterMark: chunkBytes });
}
