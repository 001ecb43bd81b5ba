import type { LineSink } from '@tcppipe/cli';
import type { AnyRecord } from '@tcppipe/events';

/** Where a text stands. */
interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

export function put({ bytes, start, end }: Place, out: LineSink): void {
  out.cut(bytes, start, end);
}

/** More than the longest text, and so little that a few that are hardly used cost nothing. */
const blockBytes = 16 * 1024;

/** Texts as bytes, each for as long as somebody has its place. */
export class Texts {
  private block = Buffer.allocUnsafeSlow(blockBytes);
  private used = 0;

  put(text: string): Place {
    const length = Buffer.byteLength(text);
    // Not from the beginning of the same: lines that wait to be written may have need of what is there.
    if (this.used + length > blockBytes) {
      this.block = Buffer.allocUnsafeSlow(blockBytes);
      this.used = 0;
    }
    const start = this.used;
    this.used += this.block.write(text, start);
    return { bytes: this.block, start, end: this.used };
  }
}

/** How many are kept: a power of two. */
const places = 64;

/** A part of records as text, kept for others that have the same: the last in each place. */
export class Common {
  private readonly records: AnyRecord[] = [];
  private readonly texts: Place[] = [];

  constructor(
    private readonly all: Texts,
    private readonly isSame: (a: AnyRecord, b: AnyRecord) => boolean,
    private readonly textOf: (record: AnyRecord) => string,
  ) {}

  /** `number`: of records with the same it is the same. */
  of(record: AnyRecord, number: number): Place {
    const place = number & (places - 1);
    const known = this.records[place];
    if (known && this.isSame(known, record)) return this.texts[place]!;
    const text = this.all.put(this.textOf(record));
    this.records[place] = record;
    this.texts[place] = text;
    return text;
  }
}
