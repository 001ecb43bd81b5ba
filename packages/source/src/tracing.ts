import { fileURLToPath } from 'node:url';
import { type Context, counted, type OptionTable } from '@tcppipe/cli';
import type { Binding, BpfObject, Ring } from '@tcppipe/native';
import { explainBpf } from './bpf-errors.js';
import type { WallClock } from './clock.js';
import type { Emitter } from './emitter.js';
import { checkHost } from './host.js';
import { Losses } from './losses.js';
import { attached, type Plan } from './plan.js';
import type { SkippedRuns } from './skipped-runs.js';
import { markBytes, readU64 } from './wire.js';

/** How long events may wait in the ring while the reader is awake. */
const drainMs = 20;
const batchBytes = 256 * 1024;

/** The path of what is compiled from bpf/NAME.bpf.c. */
export function bpfObjectPath(name: string): string {
  return fileURLToPath(new URL(`../../../bpf/build/${name}.bpf.o`, import.meta.url));
}

/** Something that was lost without having been an event. */
export interface Beside {
  readonly count: number;
  /** One of them. */
  readonly noun: string;
  /** What became of them. */
  readonly what: string;
}

export function besideText({ count, noun, what }: Beside): string {
  return `${counted(count, noun)} ${what}`;
}

/** What one source adds to the life that all share. */
export interface Tracer {
  /** Ways to trace, best first: a later one is tried where the kernel refuses the earlier. */
  readonly plans: readonly Plan[];
  /** Counters of lost events in the kernel programs: the global's name and the reason it stands for. */
  readonly lostCounters: Readonly<Record<string, string>>;
  /** Counters of what was lost without having been an event: the global's name and what it counts. */
  readonly besideCounters?: Readonly<Record<string, Omit<Beside, 'count'>>>;
  /** The same of what its reader has lost. */
  besideInReader?(): readonly Beside[];
  /** Makes the function that turns a batch of wire events into records, as many as `emitter` wants. */
  reader(object: BpfObject, emitter: Emitter): (batch: Buffer) => void;
  /** Starts what yields records beside the kernel, which calls `yielded` after some; returns the function that ends it. */
  beside?(emitter: Emitter, yielded: () => void): () => void;
}

export interface Reading {
  readonly emitter: Emitter;
  readonly clock: WallClock;
  /** Called after each batch. */
  batchRead(): void;
  onError(error: unknown): void;
}

/** A tracer at work: attached, so that events wait in the ring from the start on. */
export class Tracing {
  private ring: Ring | undefined;
  private losses: Losses | undefined;
  private endBeside: (() => void) | undefined;

  private constructor(
    private readonly tracer: Tracer,
    private readonly object: BpfObject,
    /** Names of the programs that are attached. */
    readonly hooks: string[],
    private readonly skipped: SkippedRuns,
    private readonly ringBytes: number,
  ) {}

  /**
   * Loads and attaches by the first plan that the kernel accepts. `tool` is what the user called.
   * @throws CliError saying what is missing
   */
  static start(tool: string, tracer: Tracer, binding: Binding, ringBytes: number): Tracing {
    checkHost(tool);
    try {
      const { object, hooks, skipped } = attached(tracer.plans, binding, ringBytes);
      return new Tracing(tracer, object, hooks, skipped, ringBytes);
    } catch (error) {
      throw explainBpf(error);
    }
  }

  /** Begins to turn events into records of `emitter`. */
  read({ emitter, clock, batchRead, onError }: Reading): void {
    const read = this.tracer.reader(this.object, emitter);
    this.losses = new Losses(this.object, this.tracer.lostCounters, emitter, batchRead);
    this.ring = this.object.openRing({
      map: 'ring',
      awake: 'reader_awake',
      drainMs,
      batchBytes,
      onBatch: batch => {
        clock.follow();
        read(batch);
        this.losses!.report();
        batchRead();
      },
      onError: error => onError(explainBpf(error)),
    });
    this.endBeside = this.tracer.beside?.(emitter, batchRead);
  }

  /** Leaves events in the ring until `resume`. */
  pause(): void {
    this.ring?.pause();
  }

  resume(): void {
    this.ring?.resume();
  }

  /** Reads at once what waits in the ring, while there is room for it; with what comes meanwhile at most what the ring holds and a batch. */
  drain(hasRoom = () => true): void {
    for (let read = 0; read < this.ringBytes && hasRoom(); ) {
      const bytes = this.ring?.drain(batchBytes) ?? 0;
      if (bytes === 0) return;
      read += bytes;
    }
  }

  /** Detaches, reads what had waited, each batch when there is `room` for it, and accounts for what was lost. */
  async finish(room: () => Promise<void> = async () => {}): Promise<void> {
    const { ring } = this;
    this.object.detach();
    ring?.pause();
    while (ring && ring.drain(batchBytes) > 0) await room();
    this.losses?.finish(ring?.countAbove(markBytes) ?? 0);
  }

  /** What was lost without having been an event, as far as anything was. */
  lostBeside(): Beside[] {
    const inKernel = Object.entries(this.tracer.besideCounters ?? {}).map(([name, beside]) => ({
      count: readU64(this.object.readGlobal(name), 0),
      ...beside,
    }));
    const inReader = this.tracer.besideInReader?.() ?? [];
    const unseen = {
      count: this.skipped.unseen,
      noun: 'change',
      what: 'of connections on this host perhaps not seen',
    };
    return [...inKernel, ...inReader, unseen].filter(({ count }) => count > 0);
  }

  /** Says what was lost without having been an event, and counts it. */
  sayLostBeside({ say, tally }: Pick<Context<OptionTable>, 'say' | 'tally'>): void {
    for (const beside of this.lostBeside()) {
      say(besideText(beside));
      tally.lost += beside.count;
    }
  }

  /** Ends it at once. */
  close(): void {
    this.losses?.close();
    this.endBeside?.();
    this.skipped.close();
    this.object.close();
  }
}
