import type { Line } from '@tcppipe/cli';

export interface Input {
  readonly batches: AsyncIterable<Line[]>;
  /** A pipe may stay silent for ever; a file is read when its turn comes, and waited for. */
  readonly isLive: boolean;
  /**
   * Of a live input that begins with what was there before: resolves when that has been read. Until then it is no silence
   * that it gives nothing, and others like it wait for their turns as files do.
   */
  readonly caughtUp?: Promise<void>;
  /** Aborted when no more of it is read, although there may be more. */
  readonly stop?: AbortSignal;
  /** An input for DNS alone, which is no reason to go on when the others have ended. */
  readonly isSide?: boolean;
  /** Called when all other inputs have ended. */
  readonly onOthersEnded?: () => void;
  /** Called when, besides, every record of theirs is out. */
  readonly onOthersOut?: () => void;
}

/** That an input cannot be read, or not to its end; `cause` says why. */
export class Unreadable extends Error {}

/** What an input gives. @throws Unreadable, so that it can be told from what is thrown by who takes it */
export async function* batchesOf({ batches }: Input): AsyncGenerator<Line[]> {
  try {
    yield* batches;
  } catch (cause) {
    throw new Unreadable('', { cause });
  }
}
