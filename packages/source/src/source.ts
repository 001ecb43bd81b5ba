import { setTimeout as sleep } from 'node:timers/promises';
import type { AllOptions, Context } from '@tcppipe/cli';
import type { Binding, BpfObject } from '@tcppipe/native';
import { explainBpf } from './bpf-errors.js';
import { WallClock } from './clock.js';
import { Emitter } from './emitter.js';
import { checkHost } from './host.js';
import type { runOptions } from './options.js';
import { forEachRecord, u64 } from './wire.js';

/** How long events may wait in the ring while the reader is awake. */
const drainMs = 20;
const batchBytes = 128 * 1024;

/** What one source adds to the life that all share. */
export interface Tracer {
  /** Path of the BPF object file. */
  readonly objectPath: string;
  /** Sets globals and chooses programs; before load. */
  configure(object: BpfObject): void;
  /** Attaches, and returns the names of the programs that are. */
  attach(object: BpfObject): string[];
  /** Makes the function that turns one wire event into records. */
  reader(object: BpfObject, emitter: Emitter): (batch: Buffer, at: number, bytes: number) => void;
}

/**
 * From open to close: loads, attaches, and writes events until the command is stopped, the time is over or the
 * limit reached; then detaches, writes what had waited, and accounts for what was lost.
 */
export async function runSource(
  tool: string,
  context: Context<typeof runOptions>,
  tracer: Tracer,
  binding: Binding,
): Promise<void> {
  checkHost(tool);
  try {
    const object = binding.open(tracer.objectPath);
    try {
      await trace(tool, context, tracer, object, new WallClock(() => binding.bootOffsetUs()));
    } finally {
      object.close();
    }
  } catch (error) {
    throw explainBpf(error);
  }
}

async function trace(
  tool: string,
  { options, out, stop, tally, say }: Context<typeof runOptions>,
  tracer: Tracer,
  object: BpfObject,
  clock: WallClock,
): Promise<void> {
  object.setMapEntries('ring', options['ring-size']);
  tracer.configure(object);
  object.load();
  const emitter = new Emitter(tool, out, clock);
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const ending = new AbortController();
  let failure: unknown;
  const end = () => ending.abort();
  const fail = (error: unknown) => {
    failure ??= error;
    end();
  };

  const read = tracer.reader(object, emitter);
  const ring = object.openRing({
    map: 'ring',
    awake: 'reader_awake',
    drainMs,
    batchBytes,
    onBatch(batch) {
      clock.follow();
      forEachRecord(batch, (at, bytes) => {
        if (emitter.emitted < limit) read(batch, at, bytes);
      });
      loseWhatWasLost();
      if (emitter.emitted >= limit) end();
      out.flush();
      if (out.full && !ending.signal.aborted) {
        ring.pause();
        out.drained().then(() => ring.resume(), fail);
      }
    },
    onError: fail,
  });
  const loseWhatWasLost = () => {
    const inKernel = u64(object.readGlobal('lost_ring_full'), 0);
    if (inKernel > lostInKernel) emitter.lose(inKernel - lostInKernel, 'ring_full');
    lostInKernel = inKernel;
  };
  let lostInKernel = 0;

  const hooks = tracer.attach(object);
  if (options.ready || options.output !== undefined) emitter.ready(hooks);
  out.flush();
  if (stop.aborted) end();
  stop.addEventListener('abort', end);
  await untilEnded(ending.signal, options.duration);

  (object as any).detach?.();
  if (failure) throw failure;
  ring.drain();
  loseWhatWasLost();
  tally.lost += emitter.lost;
  await out.drained();
  if (emitter.lost > 0) say(`${emitter.lost} events lost; a larger --ring-size or a faster reader helps`);
}

/** Resolves at the end of `seconds` or when `signal` is aborted, whichever is first. */
async function untilEnded(signal: AbortSignal, seconds: number | undefined): Promise<void> {
  const aborted = new Promise<void>(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
  if (seconds === undefined) return aborted;
  await Promise.race([aborted, sleep(seconds * 1000)]);
}

export type RunOptions = AllOptions<typeof runOptions>;
