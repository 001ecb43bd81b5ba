import { type AnyRecord, type Path, timeOf } from '@tcppipe/events';
import { Counter, type Span } from './counter.js';

export interface CountOptions {
  /** Fields of the key. */
  readonly by: readonly Path[];
  readonly maxKeys: number;
  /** Keys of one report at most; infinite for all. */
  readonly top: number;
  /** Length of a window in seconds; undefined for one report of everything. */
  readonly interval: number | undefined;
}

/** Windows open at once: the newest, and a few that late records reopened. */
const maxOpen = 4;

/** How long after its end, in seconds, a window of an idle input is kept open for what is still on its way. */
export const grace = 1;
/** An input that comes so many seconds late is a recording, whatever it is read through: it goes by its own time alone. */
const maxLag = 60;

interface Window {
  readonly start: number;
  readonly counter: Counter;
  readonly span: Span;
}

const none: readonly AnyRecord[] = [];

/**
 * Counts in windows of event time, aligned to the epoch. A window is reported when a record of a later one comes;
 * records that come later still are reported again under their own window, so that the sums stay exact.
 */
export class Windows {
  /** By the start of the window in microseconds; -Infinity holds the records that have no time. */
  private readonly open = new Map<number, Window>();
  private newest = Number.NEGATIVE_INFINITY;
  /** Time of the last record that has one, of a count its end: epoch seconds. */
  private lastTime = Number.NaN;
  /** The open one that the last record was counted in, as most often the next one is, too. */
  private last: Window | undefined;
  /** Whether there was anything to count. */
  hasCounted = false;
  /** Fields of the key that no record had so far. */
  readonly absent: Set<Path>;

  constructor(private readonly options: CountOptions) {
    this.absent = new Set(options.by);
  }

  /** Counts a record for `connects` connections; `number` as in the counter. Returns the reports this completes. */
  add(record: AnyRecord, connects: number, number?: number): readonly AnyRecord[] {
    const start = this.startOf(record);
    let reports = none;
    let window = this.last?.start === start ? this.last : this.open.get(start);
    if (!window?.counter.hasRoomFor(connects)) {
      reports = this.makeWay(start);
      window = this.open.get(start) ?? this.begin(start);
    }
    this.last = window;
    window.counter.add(record, connects, number);
    if (this.options.interval === undefined) widen(window.span, record);
    return reports;
  }

  /** Whether the last record that has a time, which came now (epoch seconds), is of long before. */
  isBehind(now: number): boolean {
    return this.lastTime + maxLag < now;
  }

  /** Reports, for an input that idles, the windows that ended more than the grace before `now` (epoch seconds). */
  ended(now: number): AnyRecord[] {
    return this.close(start => start / 1e6 + this.options.interval! + grace <= now);
  }

  /** Reports all that is open. */
  end(): AnyRecord[] {
    return this.close(() => true);
  }

  /** Closes what is in the way of a window that has no room for a record, or is not open. */
  private makeWay(start: number): readonly AnyRecord[] {
    if (start > this.newest) {
      this.newest = start;
      return this.end();
    }
    if (this.open.has(start)) return this.close(other => other === start);
    // One record from the future makes all others late: they are reported window by window all the same.
    const isBefore = (other: number) => Number.isFinite(other) && other < start;
    const oldest = this.open.size < maxOpen ? undefined : Math.min(...this.open.keys());
    return this.close(other => isBefore(other) || other === oldest);
  }

  private begin(start: number): Window {
    const { by, maxKeys, interval } = this.options;
    const from = start / 1e6;
    const span =
      interval === undefined
        ? { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
        : { from, to: (start + microseconds(interval)) / 1e6 };
    const window = { start, counter: new Counter(by, maxKeys, this.absent), span };
    this.open.set(start, window);
    this.hasCounted = true;
    return window;
  }

  private close(which: (start: number) => boolean): AnyRecord[] {
    this.last = undefined;
    const starts = [...this.open.keys()].filter(which).sort((a, b) => a - b);
    return starts.flatMap(start => {
      const { counter, span } = this.open.get(start)!;
      this.open.delete(start);
      return counter.records(this.options.top, Number.isFinite(span.from) ? span : undefined);
    });
  }

  private startOf(record: AnyRecord): number {
    const { interval } = this.options;
    if (interval === undefined) return 0;
    const seconds = timeOf(record) ?? Number.NaN;
    const time = microseconds(seconds);
    if (!Number.isSafeInteger(time)) return Number.NEGATIVE_INFINITY;
    this.lastTime = endOf(record, seconds);
    const length = microseconds(interval);
    return Math.floor(time / length) * length;
  }
}

/** Makes a span hold the time of an event, or the window of a count. */
function widen(span: Span, record: AnyRecord): void {
  const from = timeOf(record);
  if (from === undefined) return;
  const to = endOf(record, from);
  if (from < span.from) span.from = from;
  if (to > span.to) span.to = to;
}

/** Of a record that begins then. */
function endOf(record: AnyRecord, from: number): number {
  return record.type === 'count' ? (finite(record.to) ?? from) : from;
}

function finite(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Whole, so that windows of a tenth of a second have exact bounds. */
function microseconds(seconds: number): number {
  return Math.round(seconds * 1e6);
}
