import { setTimeout as sleep } from 'node:timers/promises';
import type { AllOptions, Context } from '@tcppipe/cli';
import { type Binding, BpfError, type BpfObject } from '@tcppipe/native';
import { explainBpf } from './bpf-errors.js';
import { WallClock } from './clock.js';
import { Emitter } from './emitter.js';
import { checkHost } from './host.js';
import { Losses } from './losses.js';
import type { runOptions } from './options.js';
import { forEachRecord } from './wire.js';

/** How long events may wait in the ring while the reader is awake. */
const drainMs = 20;
const batchBytes = 128 * 1024;

/** One way to trace; a source may have several, for hosts that allow less. */
export interface Plan {
  /** Sets globals and chooses programs; before load. */
  configure(object: BpfObject): void;
  /** Attaches, and returns the names of the programs that are. */
  attach(object: BpfObject): string[];
}

/** What one source adds to the life that all share. */
export interface Tracer {
  /** Path of the BPF object file. */
  readonly objectPath: string;
  /** Ways to trace, best first: a later one is tried where the kernel refuses the earlier. */
  readonly plans: readonly Plan[];
  /** Counters of lost events in the kernel programs: the global's name and the reason it stands for. */
  readonly lostCounters: Readonly<Record<string, string>>;
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
  const clock = new WallClock(() => binding.bootOffsetUs());
  const emitter = new Emitter(tool, context.out, clock);
  try {
    const { object, hooks } = start(tracer, binding, context.options['ring-size']);
    try {
      await trace(context, tracer, object, hooks, emitter, clock);
    } finally {
      object.close();
    }
  } catch (error) {
    throw explainBpf(error);
  }
}

/** The first plan that the kernel accepts, attached: events wait in the ring from here on. */
function start(tracer: Tracer, binding: Binding, ringBytes: number): { object: BpfObject; hooks: string[] } {
  let refusal: unknown;
  for (const plan of tracer.plans) {
    const object = binding.open(tracer.objectPath);
    try {
      object.setMapEntries('ring', ringBytes);
      plan.configure(object);
      object.load();
      return { object, hooks: plan.attach(object) };
    } catch (error) {
      object.close();
      refusal ??= error;
      if (!(error instanceof BpfError && (error.step === 'load' || error.step === 'attach'))) throw error;
    }
  }
  throw refusal;
}

async function trace(
  { options, out, stop, tally, say }: Context<typeof runOptions>,
  tracer: Tracer,
  object: BpfObject,
  hooks: string[],
  emitter: Emitter,
  clock: WallClock,
): Promise<void> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const ending = new AbortController();
  let failure: unknown;
  const end = () => ending.abort();
  const fail = (error: unknown) => {
    failure ??= error;
    end();
  };

  const read = tracer.reader(object, emitter);
  const losses = new Losses(object, tracer.lostCounters, emitter);
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
      losses.report();
      if (emitter.emitted >= limit) end();
      out.flush();
      if (out.full && !ending.signal.aborted) {
        ring.pause();
        out.drained().then(() => ring.resume(), fail);
      }
    },
    onError: fail,
  });
  if (options.ready || options.output !== undefined) emitter.ready(hooks);
  out.flush();
  if (stop.aborted) end();
  stop.addEventListener('abort', end);
  await untilEnded(ending.signal, options.duration);

  object.detach();
  if (failure) throw failure;
  ring.drain();
  losses.report();
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
