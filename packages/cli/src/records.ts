import { isUtf8 } from 'node:buffer';
import type { AnyRecord } from '@tcppipe/events';
import { FlatLines } from './flat-lines.js';
import type { Line } from './line.js';
import { LineSplitter, textLines } from './lines.js';
import { counted } from './messages.js';

/** What was turned away, and what sources said they had lost. */
export class Tally {
  tooLong = 0;
  notUtf8 = 0;
  notJson = 0;
  cutOff = 0;
  /** Sum of `count` over the `lost` records read. */
  lost = 0;
  /** Times that bytes of a followed file may have been missed. */
  gaps = 0;

  get rejected(): number {
    return this.tooLong + this.notUtf8 + this.notJson + this.cutOff;
  }

  /** Adds the `count` of a `lost` record, unless it is no number of anything. */
  addLost(count: unknown): void {
    if (!Number.isSafeInteger(count) || (count as number) < 0) return;
    this.lost = Math.min(this.lost + (count as number), Number.MAX_SAFE_INTEGER);
  }

  /** One line for people, or undefined when every line was good. */
  summary(): string | undefined {
    if (this.rejected === 0) return undefined;
    const kinds = [
      [this.notJson, 'not a JSON object'],
      [this.notUtf8, 'not UTF-8'],
      [this.tooLong, 'longer than 16 KiB'],
      [this.cutOff, 'cut off at the end of input'],
    ] as const;
    const parts = kinds.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
    return `${counted(this.rejected, 'line')} rejected (${parts.join(', ')})`;
  }
}

/** Reads NDJSON: bytes in, records out, every good line kept and every bad one counted in the tally. */
export class RecordReader {
  private readonly splitter = new LineSplitter();

  constructor(
    private readonly tally: Tally,
    private readonly flatLines = new FlatLines(),
  ) {}

  /** Valid until the next call: most records are read where they stand. */
  push(chunk: Buffer): Line[] {
    const blocks = this.splitter.push(chunk);
    this.tally.tooLong += this.splitter.skipped;
    this.splitter.skipped = 0;
    const records: Line[] = [];
    this.flatLines.read(blocks, {
      flat: line => records.push(line),
      other: lines => this.parse(lines, records, () => this.tally.notJson++),
      faulty: fault => this.tally[fault]++,
    });
    return records;
  }

  /** The last line counts only when it is whole; half a record is `cutOff`. */
  end(): Line[] {
    const records: Line[] = [];
    const last = this.splitter.end();
    if (endsWithinCharacter(last)) this.tally.cutOff++;
    else this.parse(last, records, () => this.tally.cutOff++);
    return records;
  }

  private parse(block: Buffer, records: Line[], reject: () => void): void {
    const { good, bad } = textLines(block);
    this.tally.tooLong += bad.tooLong;
    this.tally.notUtf8 += bad.notUtf8;
    for (const text of good) {
      const record = parseRecord(text);
      if (!record) {
        reject();
        continue;
      }
      if (record.type === 'lost') this.tally.addLost(record.count);
      records.push({ text, record });
    }
  }
}

/** Whether text is UTF-8 but for its last character, which lacks bytes. */
function endsWithinCharacter(text: Buffer): boolean {
  if (isUtf8(text)) return false;
  const isPartOfOne = (bytes: Buffer) => bytes.every(byte => byte >= 0x80);
  return [1, 2, 3].some(cut => isPartOfOne(text.subarray(-cut)) && isUtf8(text.subarray(0, -cut)));
}

/** Levels of a record, itself included. JSON.parse takes any; JSON.stringify ends in a stack overflow some thousand down. */
const maxLevels = 500;

function parseRecord(text: string): AnyRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // A level takes two characters at least, so that hardly any line needs the check.
    if (text.length > 2 * maxLevels && levelsOf(text) > maxLevels) return undefined;
    return value as AnyRecord;
  } catch {
    return undefined; // the caller counts it
  }
}

/** How deep JSON is nested. */
function levelsOf(json: string): number {
  let level = 0;
  let most = 0;
  for (const [bracket] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (bracket === '[' || bracket === '{') most = Math.max(most, ++level);
    else if (bracket === ']' || bracket === '}') level--;
  }
  return most;
}
