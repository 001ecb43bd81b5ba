import { maxLineBytes, ownText } from '@tcppipe/cli';
import { type AnyRecord, type Path, serialise, valueAt } from '@tcppipe/events';
import { keysKnown } from '@tcppipe/native/scan';
import { compareKeys, type Key, keyText } from './key.js';

interface Entry {
  readonly key: Key;
  /** Among all entries. */
  readonly index: number;
  connects: number;
  /** The one that a reader gave to the bytes of the key last; negative for none. */
  number: number;
}

/** First and last second of something, since the epoch. */
export interface Span {
  from: number;
  to: number;
}

/** Whose numbers take as much room as any. */
const longestSpan: Span = { from: -Number.MAX_VALUE / 3, to: -Number.MAX_VALUE / 3 };

/**
 * Of each number that a reader knows, the index of the entry that had it last. One for all counters, as windows of few records
 * would make another each time; what one has put there is for the others no entry of that number.
 */
const indexes = new Int32Array(keysKnown);

/** Counts by key, exactly: what has no room of its own among `maxKeys` is counted as other. */
export class Counter {
  private readonly byText = new Map<string, Entry>();
  /** What connects are counted in that have no entry of their own. */
  private readonly other: Entry = { key: [], index: 0, connects: 0, number: -1 };
  private readonly entries: Entry[] = [this.other];
  private total = 0;

  /** `paths` in the order of the record; those that a record has are taken out of `absent`. */
  constructor(
    private readonly paths: readonly Path[],
    private readonly maxKeys: number,
    private readonly absent = new Set<Path>(),
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
    const entry = this.numbered(number) ?? this.entryOf(record);
    entry.connects += connects;
    // What has no entry of its own seldom comes again: it would only drive out what does.
    if (number < 0 || entry.number === number || entry === this.other) return;
    entry.number = number;
    indexes[number % keysKnown] = entry.index;
  }

  private numbered(number: number): Entry | undefined {
    if (number < 0) return undefined;
    const last = this.entries[indexes[number % keysKnown]!];
    return last?.number === number ? last : undefined;
  }

  /** Count records, the most frequent keys first, at most `top`; what is left over comes last, as other. */
  records(top: number, span: Span | undefined): AnyRecord[] {
    const sorted = this.entries.slice(1).sort((a, b) => b.connects - a.connects || compareKeys(a.key, b.key));
    const rest = sorted.slice(top).reduce((sum, { connects }) => sum + connects, this.other.connects);
    const records = sorted.slice(0, top).map(entry => this.record(entry.key, entry.connects, span));
    if (rest > 0) records.push({ ...this.record([], rest, span), other: true });
    return records;
  }

  private entryOf(record: AnyRecord): Entry {
    if (record.type === 'count' && record.other === true) return this.other;
    const text = keyText(record, this.paths);
    const known = this.byText.get(text);
    if (known) return known;
    for (const path of this.absent) if (valueAt(record, path) !== undefined) this.absent.delete(path);
    if (this.byText.size >= this.maxKeys) return this.other;
    const values = this.paths.map(path => valueAt(record, path));
    if (this.isTooLong(values)) return this.other;
    const key = values.map(value => (typeof value === 'string' ? ownText(value) : value));
    const entry = { key, index: this.entries.length, connects: 0, number: -1 };
    this.byText.set(ownText(text), entry);
    this.entries.push(entry);
    return entry;
  }

  /** Whether a record with this key may not fit a line: characters that are dangerous to show take six. */
  private isTooLong(key: Key): boolean {
    const record = this.record(key, Number.MAX_SAFE_INTEGER, longestSpan);
    const json = JSON.stringify(record);
    return json.length > maxLineBytes / 6 && Buffer.byteLength(serialise(record)) > maxLineBytes;
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
