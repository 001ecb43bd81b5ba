import { closeSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * What was read, each chunk valid until the next, and null at the end of input; without that when stopped: a line begun
 * then is no fault of the input.
 */
export type Chunks = AsyncIterable<Buffer | null>;

export const fileChunkBytes = 64 * 1024;
/** A quarter of what sources and filters make of a pipe: a turn of the event loop costs as much as a few kilobytes. */
const pipeChunkBytes = 256 * 1024;

/** So many inputs that are read side by side take all the memory there is for them. */
const maxWhole = 16;
/** Of a chunk of a file that is a page; less would hardly save anything. */
const leastShare = 1 / 16;

/** Which part of the room that a single input has each of so many that are read side by side may take. */
export function shareOf(inputs: number): number {
  return Math.max(leastShare, Math.min(1, maxWhole / inputs));
}

/** A file is read without the event loop, which is given a turn after so many chunks, for signals and timers. */
export const chunksPerTurn = 16;

/** Reads a file from where the descriptor stands, and closes it if told so. */
export async function* chunksOfFile(
  fd: number,
  autoClose: boolean,
  stop: AbortSignal,
  share = 1,
): AsyncGenerator<Buffer | null> {
  const chunk = Buffer.allocUnsafeSlow(fileChunkBytes * share);
  try {
    for (let reads = 1; !stop.aborted; reads++) {
      const bytes = readSync(fd, chunk);
      yield bytes > 0 ? chunk.subarray(0, bytes) : null;
      if (bytes === 0) return;
      if (reads % chunksPerTurn === 0) await nextTurn();
    }
  } finally {
    if (autoClose) closeSync(fd);
  }
}

/** Reads a pipe or socket into one buffer, no further than was asked for. */
export function chunksOfPipe(fd: number, stop: AbortSignal, share = 1): Chunks {
  const buffer = Buffer.allocUnsafeSlow(pipeChunkBytes * share);
  let waiting: Buffer | null = null;
  let wake = () => {};
  const onRead = (bytes: number) => {
    waiting = buffer.subarray(0, bytes);
    wake();
    return false; // until it is resumed
  };
  const options = { fd, readable: true, writable: false, onread: { buffer, callback: onRead } };
  const socket = new Socket(options);
  const take = () => {
    const chunk = waiting;
    waiting = null;
    if (chunk === null) socket.resume();
    return chunk;
  };
  const onArrival = (tell: () => void) => {
    wake = tell;
  };
  return chunksOf(socket, take, onArrival, stop);
}

/** Reads a stream. Unlike its own iterator this gives, when stopped, what had already been read. */
export function chunksOfStream(stream: Readable, stop: AbortSignal): Chunks {
  return chunksOf(
    stream,
    () => stream.read(),
    tell => stream.on('readable', tell),
    stop,
  );
}

/** `take` gives what has arrived, or null; `onArrival` has itself told when there is more. */
async function* chunksOf(
  stream: Readable,
  take: () => Buffer | null,
  onArrival: (tell: () => void) => void,
  stop: AbortSignal,
): AsyncGenerator<Buffer | null> {
  let ended = false;
  let failure: Error | undefined;
  let wake = () => {};
  const more = () => wake();
  const end = () => {
    ended = true;
    wake();
  };
  const fail = (error: Error) => {
    failure = error;
    wake();
  };
  onArrival(more);
  // Stays when we leave: a late error of an input that nobody reads any more is no reason to fail.
  stream.on('end', end).on('close', end).on('error', fail);
  stop.addEventListener('abort', more);
  try {
    for (;;) {
      const chunk = take();
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
    stream.destroy();
  }
}
