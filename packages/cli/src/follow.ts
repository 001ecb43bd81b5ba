import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { chunksPerTurn, fileChunkBytes } from './chunks.js';
import { FollowedPath } from './followed-path.js';

/** How files are followed. */
export interface Follow {
  /** Aborted when what is there is still to be read, and nothing to be waited for: at any signal. */
  readonly until: AbortSignal;
  /** Aborted when nobody wants any more of it. */
  readonly stop: AbortSignal;
  /** Told when bytes may have been missed, or a file is not there. */
  say(message: string): void;
  /** Called each time that bytes may have been missed. */
  missed(): void;
  /** Called when all that was there in the beginning has been read. */
  readonly onCaughtUp?: () => void;
}

/** Whether this input can be followed: a regular file, or one that is not there yet. `-` is stdin and cannot. */
export function canBeFollowed(path: string): boolean {
  if (path === '-') return false;
  try {
    return statSync(path).isFile();
  } catch {
    return true; // whoever opens it says what is wrong
  }
}

/**
 * Reads the file at a path as it grows, in whole lines, and each that takes its place from its beginning; null where one ends,
 * or was truncated. A file is over when the next has something in it, as a writer may go on in a renamed one until it is told.
 * @throws IoError @throws errno errors
 */
export async function* chunksOfFollowed(
  path: string,
  { until, stop, say, missed, onCaughtUp }: Follow,
): AsyncGenerator<Buffer | null> {
  const chunk = Buffer.allocUnsafeSlow(fileChunkBytes);
  const followed = new FollowedPath(path, say, missed);
  until.addEventListener('abort', followed.look);
  try {
    for (;;) {
      // In this order: what is written after these questions leads to another round.
      const isLast = until.aborted;
      const isOver = followed.hasSuccessor;
      const file = followed.first;
      const end = file?.size ?? 0;
      let bytes: number | undefined = 0;
      for (let reads = 1; ; reads++) {
        bytes = file ? file.read(chunk, end, isOver || isLast) : 0;
        if (!bytes) break;
        yield chunk.subarray(0, bytes);
        if (reads % chunksPerTurn === 0) await nextTurn();
        if (stop.aborted) return;
      }
      if (bytes === undefined) {
        followed.miss('was truncated; what was written to it just before may be missing');
        file!.rewind();
        yield null;
        continue;
      }
      if (isOver) {
        yield null;
        followed.dropFirst();
        continue;
      }
      if (isLast) {
        await followed.heardOut();
        yield null;
        return;
      }
      onCaughtUp?.();
      await followed.changed();
    }
  } finally {
    until.removeEventListener('abort', followed.look);
    followed.close();
  }
}
