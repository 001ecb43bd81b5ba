import { type AnyRecord, type Path, valueAt } from '@tcppipe/events';
import { keysKnown } from '@tcppipe/native/scan';
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
  /** What connects are counted in that have no entry of their own. */
  private readonly other: Entry = { key: [], connects: 0 };
  /** By the number that a reader gave to the bytes of the key. */
  private readonly byNumber = new Map<number, Entry>();
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

  /**
   * Counts a record for `connects` connections; one marked `other` has no key. Records with the same number have the same
   * key, so that their values need not be looked at; a negative number says nothing.
   */
  add(record: AnyRecord, connects: number, number = -1): void {
    this.total += connects;
    const known = this.byNumber.get(number);
    if (known) {
      known.connects += connects;
      return;
    }
    const entry = this.entryOf(record);
    entry.connects += connects;
    // What has no entry of its own seldom comes again: it would only drive out what does.
    if (number < 0 || entry === this.other) return;
    // As many as a reader knows; those that it has forgotten do not come again.
    if (this.byNumber.size === keysKnown) this.byNumber.clear();
    this.byNumber.set(number, entry);
  }

  /** Count records, the most frequent keys first, at most `top`; what is left over comes last, as other. */
  records(top: number, span: Span | undefined): AnyRecord[] {
    const sorted = [...this.entries.values()].sort(
      (a, b) => b.connects - a.connects || compareKeys(a.key, b.key),
    );
    const rest = sorted.slice(top).reduce((sum, { connects }) => sum + connects, this.other.connects);
    const records = sorted.slice(0, top).map(entry => this.record(entry.key, entry.connects, span));
    if (rest > 0) records.push({ ...this.record([], rest, span), other: true });
    return records;
  }

  private entryOf(record: AnyRecord): Entry {
    if (record.type === 'count' && record.other === true) return this.other;
    const text = keyText(record, this.paths);
    const known = this.entries.get(text);
    if (known) return known;
    if (this.entries.size >= this.maxKeys) return this.other;
    const entry = { key: this.paths.map(path => valueAt(record, path)), connects: 0 };
    this.entries.set(text, entry);
    return entry;
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
