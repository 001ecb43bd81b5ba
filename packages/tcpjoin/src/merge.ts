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

/** Items of an input that came in order. */
interface Lane<T> {
  readonly input: number;
  readonly items: Fifo<T>;
}

/** Infinite: nothing more comes. */
const ended = Number.POSITIVE_INFINITY;

/**
 * Merges inputs by event time. Each is taken to be in order but for a bounded disorder, the window: several CPUs
 * write into one source, several sources into one pipe. Knows no wall clock, so that the order that comes out
 * depends on what went in alone.
 */
export class Merge<T extends Timed> {
  private readonly lanes: readonly Lane<T>[];
  /** Those lanes that are not empty. */
  private readonly filled = new Heap<Lane<T>>(inLaneOrder);
  private readonly stragglers = new Heap<T>(inEventOrder);
  /** How far each input has come, in event time. */
  private readonly clocks: Float64Array;
  /** Items added and not yet taken. */
  held = 0;
  /** Those of them that are not DNS. */
  heldOthers = 0;

  constructor(
    inputs: number,
    private readonly windowUs: number,
  ) {
    this.lanes = Array.from({ length: inputs }, (_, input) => ({ input, items: new Fifo() }));
    this.clocks = new Float64Array(inputs).fill(Number.NEGATIVE_INFINITY);
  }

  add(input: number, item: T): void {
    const lane = this.lanes[input]!;
    const { last } = lane.items;
    if (last !== undefined && inEventOrder(last, item) > 0) {
      this.stragglers.push(item);
    } else {
      lane.items.push(item);
      if (last === undefined) this.filled.push(lane);
    }
    const clock = this.clocks[input]!;
    // Going back by more than the window is no disorder but another recording put behind the first.
    if (item.time > clock || item.time < clock - this.windowUs) this.clocks[input] = item.time;
    this.held++;
    if (!item.dns) this.heldOthers++;
  }

  end(input: number): void {
    this.clocks[input] = ended;
  }

  isOpen(input: number): boolean {
    return this.clocks[input] !== ended;
  }

  /** How far this input has come, in event time; infinite when it has ended. */
  clockOf(input: number): number {
    return this.clocks[input]!;
  }

  /** How far that open input has come, of all or some, which has come least far; infinite where none is open. */
  leastClock(some?: ReadonlySet<number>): number {
    let least = Number.POSITIVE_INFINITY;
    for (let input = 0; input < this.clocks.length; input++) {
      const clock = this.clocks[input]!;
      if (clock < least && (!some || some.has(input))) least = clock;
    }
    return least;
  }

  /** Whether it has come further than some other open input, and none has come further. */
  isAhead(input: number): boolean {
    const clock = this.clocks[input]!;
    return clock > this.leastClock() && this.clocks.every(other => other <= clock || other === ended);
  }

  /** Time up to which an input can deliver nothing more; infinite when it has ended. */
  completeTo(input: number): number {
    return this.clocks[input]! - this.windowUs;
  }

  /** Time up to which everything has been added. */
  horizon(): number {
    return this.leastClock() - this.windowUs;
  }

  /** The first item, if it is no later than `upTo`. */
  take(upTo: number): T | undefined {
    const lane = this.filled.first;
    const ordered = lane?.items.first;
    const straggler = this.stragglers.first;
    const isStraggler =
      straggler !== undefined && (ordered === undefined || inEventOrder(straggler, ordered) <= 0);
    const first = isStraggler ? straggler : ordered;
    if (first === undefined || first.time > upTo) return undefined;
    if (isStraggler) this.stragglers.pop();
    else this.drop(lane!);
    this.held--;
    if (!first.dns) this.heldOthers--;
    return first;
  }

  /** The first item, if everything before it has been added. */
  takeComplete(): T | undefined {
    return this.held > 0 ? this.take(this.horizon()) : undefined;
  }

  /** Drops the first item of the first lane. */
  private drop(lane: Lane<T>): void {
    lane.items.drop();
    if (lane.items.first === undefined) this.filled.pop();
    else this.filled.putBackFirst();
  }
}

/** By their first items; never equal. */
function inLaneOrder<T extends Timed>(a: Lane<T>, b: Lane<T>): number {
  return inEventOrder(a.items.first!, b.items.first!) || a.input - b.input;
}
