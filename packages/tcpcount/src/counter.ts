import { type AnyRecord, type Path, valueAt } from '@tcppipe/events';
import { compareKeys, type Key, keyText } from './key.js';

interface Entry {
  readonly key: Key;
  connects: number;
}

/** First and last second of something, since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** Counts by key, exactly: what has no room of its own among `maxKeys` is counted as other. */
export class Counter {
  private readonly entries = new Map<string, Entry>();
  private other = 0;
  private total = 0;

  /** `paths` in the order of the record. */
  constructor(
    private readonly paths: readonly Path[],
    private readonly maxKeys: number,
  ) {}

  /** Whether `connects` more can be added with all sums staying exact. */
  hasRoomFor(connects: number): boolean {
    return Number.isSafeInteger(this.total + connects);
  }

  /** Counts a record for `connects` connections; one marked `other` has no key. */
  add(record: AnyRecord, connects: number): void {
    this.total += connects;
    if (record.type === 'count' && record.other === true) {
      this.other += connects;
      return;
    }
    const text = keyText(record, this.paths);
    const entry = this.entries.get(text);
    if (entry) entry.connects += connects;
    else if (this.entries.size < this.maxKeys) {
      this.entries.set(text, { key: this.paths.map(path => valueAt(record, path)), connects });
    } else this.other += connects;
  }

  /** Count records, the most frequent keys first, at most `top`; what is left over comes last, as other. */
  records(top: number, span: Span | undefined): AnyRecord[] {
    const sorted = [...this.entries.values()].sort(
      (a, b) => b.connects - a.connects || compareKeys(a.key, b.key),
    );
    const rest = sorted.slice(top).reduce((sum, { connects }) => sum + connects, this.other);
    const records = sorted.slice(0, top).map(entry => this.record(entry.key, entry.connects, span));
    if (rest > 0) records.push({ ...this.record([], rest, span), other: true });
    return records;
  }

  private record(key: Key, connects: number, span: Span | undefined): AnyRecord {
    const record: AnyRecord = Object.create(null); // a key may be called __proto__
    record.type = 'count';
    for (const [index, value] of key.entries())
      if (value !== undefined) place(record, this.paths[index]!, value);
    record.connects = connects;
    return span ? { ...record, from: span.from, to: span.to } : record;
  }
}

/** Puts a value where the same path finds it again. */
function place(record: AnyRecord, [name, ...rest]: Path, value: unknown): void {
  if (rest.length === 0) {
    record[name!] = value;
    return;
  }
  record[name!] ??= Object.create(null);
  place(record[name!] as AnyRecord, rest, value);
}
