import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Output } from '@tcppipe/cli';
import type { WallClock } from './clock.js';
import type { Emitter, Stamp } from './emitter.js';
import type { Tracing } from './tracing.js';
import { waited } from './wait.js';

/** How a command shows what its tracer sees, and when it ends by itself. */
export interface Showing {
  /** Room in the kernel for events not yet read, bytes; a power of two. */
  readonly ringBytes: number;
  /** Events after which to end. */
  readonly limit?: number | undefined;
  /** Seconds after which to end. */
  readonly duration?: number | undefined;
  /** User to run as once attached, if root; who called sudo, or nobody, if not given. */
  readonly user?: string | undefined;
  /** Whether the command has the option --user. */
  readonly hasUserOption: boolean;
  /** What becomes of events. */
  readonly fate: 'written' | 'counted';
  /** Called when events are being seen, before the first record. */
  begin(emitter: Emitter, hooks: string[]): void;
  record(record: object): void;
  /** Called when what had waited in the ring is read. */
  batchRead?(): void;
  /** How it stands with what is traced beside the events, for SIGUSR1. */
  counters?(): readonly string[];
  /** Called when all is written, with what the next record would have had. */
  end?(next: Stamp): Promise<void>;
}

/** Where it is shown, and what ends that. */
interface Shown {
  readonly out: Pick<Output, 'full' | 'flush' | 'room' | 'drained'>;
  readonly stop: AbortSignal;
}

/**
 * Gives events to `showing` until the command is stopped, the time is over or the limit reached; then detaches, and gives what had
 * waited. A full output leaves events in the kernel's ring, which is what bounds memory.
 * @throws what reading or writing threw
 */
export async function show(
  { out, stop }: Shown,
  tracing: Pick<Tracing, 'hooks' | 'read' | 'pause' | 'resume' | 'finish'>,
  emitter: Emitter,
  clock: WallClock,
  showing: Showing,
): Promise<void> {
  const ending = new AbortController();
  let failure: unknown;
  const end = () => ending.abort();
  const fail = (error: unknown) => {
    failure ??= error;
    end();
  };
  const readOn = () => {
    // From then on what waits is read as there is room for it.
    if (!ending.signal.aborted) tracing.resume();
  };

  showing.begin(emitter, tracing.hooks);
  tracing.read({
    emitter,
    clock,
    batchRead() {
      showing.batchRead?.();
      if (emitter.wanted <= 0) end();
      out.flush();
      if (out.full && !ending.signal.aborted) {
        tracing.pause();
        out.drained().then(readOn, fail);
      }
    },
    onError: fail,
  });
  out.flush();
  if (stop.aborted) end();
  stop.addEventListener('abort', end);
  await untilEnded(ending.signal, showing.duration);

  if (failure) throw failure;
  await tracing.finish(async () => {
    await nextTurn();
    await out.room();
  });
  if (failure) throw failure;
  await out.drained();
  await showing.end?.(emitter.stampNow());
}

/** Resolves at the end of `seconds` or when `signal` is aborted, whichever is first. */
async function untilEnded(signal: AbortSignal, seconds: number | undefined): Promise<void> {
  const aborted = new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
  if (seconds === undefined) return aborted;
  await Promise.race([aborted, waited(seconds * 1000)]);
}
