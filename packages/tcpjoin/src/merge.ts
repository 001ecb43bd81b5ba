import { Fifo } from './fifo.js';
import { Heap } from './heap.js';

/** What the merge orders by: time (microseconds), DNS first where equal, then the identity of the record. */
export interface Timed {
  readonly time: number;
  readonly dns: boolean;
  readonly run: string;
  readonly seq: number;
}

/** Negative when `a` comes before `b`. */
export function inEventOrder(a: Timed, b: Timed): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.dns !== b.dns) return a.dns ? -1 : 1;
  if (a.run !== b.run) return a.run < b.run ? -1 : 1;
  return a.seq - b.seq;
}

/** How far an input has come, in event time. */
export interface Progress {
  readonly clock: number;
}

interface Lane<T> extends Progress {
  /** Items that came in order. */
  readonly ordered: Fifo<T>;
  clock: number;
  open: boolean;
}

/**
 * Merges inputs by event time. Each is taken to be in order but for a bounded disorder, the window: several CPUs
 * write into one source, several sources into one pipe. Knows no wall clock, so that the order that comes out
 * depends on what went in alone.
 */
export class Merge<T extends Timed> {
  private readonly lanes: Lane<T>[];
  private readonly stragglers = new Heap<T>(inEventOrder);
  /** Where the item is that was found to be the first; undefined where it is a straggler. */
  private first: Lane<T> | undefined;
  /** Items added and not yet taken. */
  held = 0;
  /** Those of them that are not DNS. */
  heldOthers = 0;

  constructor(
    inputs: number,
    private readonly windowUs: number,
  ) {
    this.lanes = Array.from({ length: inputs }, () => ({
      ordered: new Fifo(),
      clock: Number.NEGATIVE_INFINITY,
      open: true,
    }));
  }

  add(input: number, item: T): void {
    const lane = this.lanes[input]!;
    const last = lane.ordered.last;
    if (last === undefined || inEventOrder(last, item) <= 0) lane.ordered.push(item);
    else this.stragglers.push(item);
    // Going back by more than the window is no disorder but another recording put behind the first.
    if (item.time > lane.clock || item.time < lane.clock - this.windowUs) lane.clock = item.time;
    this.held++;
    if (!item.dns) this.heldOthers++;
  }

  end(input: number): void {
    this.lanes[input]!.open = false;
  }

  isOpen(input: number): boolean {
    return this.lanes[input]!.open;
  }

  /** Of this input, as it goes on. */
  progress(input: number): Progress {
    return this.lanes[input]!;
  }

  /** How far that open input has come, of all or some, which has come least far; infinite where none is open. */
  leastClock(some?: ReadonlySet<number>): number {
    let least = Number.POSITIVE_INFINITY;
    for (let input = 0; input < this.lanes.length; input++) {
      const { open, clock } = this.lanes[input]!;
      if (open && clock < least && (!some || some.has(input))) least = clock;
    }
    return least;
  }

  /** Whether it has come further than some other open input, and none has come further. */
  isAhead(input: number): boolean {
    const { clock } = this.lanes[input]!;
    return clock > this.leastClock() && this.lanes.every(lane => !lane.open || lane.clock <= clock);
  }

  /** Time up to which an input can deliver nothing more; infinite when it has ended. */
  completeTo(input: number): number {
    const { open, clock } = this.lanes[input]!;
    return open ? clock - this.windowUs : Number.POSITIVE_INFINITY;
  }

  /** Time up to which everything has been added. */
  horizon(): number {
    let least = Number.POSITIVE_INFINITY;
    for (let input = 0; input < this.lanes.length; input++) least = Math.min(least, this.completeTo(input));
    return least;
  }

  /** The first item, if it is no later than `upTo`. */
  take(upTo: number): T | undefined {
    const first = this.findFirst();
    return first !== undefined && first.time <= upTo ? this.remove(first) : undefined;
  }

  /** The first item, if everything before it has been added: as `take(horizon())`, but for the speed. */
  takeComplete(): T | undefined {
    const first = this.findFirst();
    return first !== undefined && this.isComplete(first.time) ? this.remove(first) : undefined;
  }

  private isComplete(time: number): boolean {
    for (let input = 0; input < this.lanes.length; input++) if (time > this.completeTo(input)) return false;
    return true;
  }

  /** The first item, and in `first` where it is. */
  private findFirst(): T | undefined {
    let first = this.stragglers.first;
    this.first = undefined;
    for (const lane of this.lanes) {
      const item = lane.ordered.first;
      if (item !== undefined && (first === undefined || inEventOrder(item, first) < 0)) {
        first = item;
        this.first = lane;
      }
    }
    return first;
  }

  private remove(first: T): T {
    if (this.first) this.first.ordered.drop();
    else this.stragglers.pop();
    this.held--;
    if (!first.dns) this.heldOthers--;
    return first;
  }
}
