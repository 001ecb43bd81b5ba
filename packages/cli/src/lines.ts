import { isUtf8 } from 'node:buffer';

/** Longest line read or written, newline excluded. */
export const maxLineBytes = 16 * 1024;

export interface Lines {
  /** Whole lines as text, without line ends; lines of blanks only are left out. */
  good: string[];
  /** Lines that are no text: too long, or not UTF-8. */
  bad: { tooLong: number; notUtf8: number };
}

export const newline = 0x0a;
const carriageReturn = 0x0d;
const nothing: Buffer = Buffer.alloc(0);
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
/** Bytes that do not count: a byte-order mark before the first line, a carriage return after any. */
const maxOverhead = byteOrderMark.length + 1;

/**
 * Cuts a byte stream into blocks of whole lines. Memory is bounded by one chunk and one line; a line that never ends
 * is skipped, not stored. Knows nothing of JSON.
 */
export class LineSplitter {
  /** Lines skipped because they were too long to be stored. */
  skipped = 0;
  private rest = nothing;
  private skipping = false;
  private atStart = true;

  /** Blocks of lines that are whole, each with its newline. Where a chunk has several lines it is not copied. */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.skipping ? this.afterSkipped(chunk) : chunk;
    const end = bytes.lastIndexOf(newline) + 1;
    const first = this.rest.length > 0 && end > 0 ? bytes.indexOf(newline) + 1 : 0;
    const blocks: Buffer[] = [];
    if (first > 0) blocks.push(Buffer.concat([this.rest, bytes.subarray(0, first)]));
    if (end > first) blocks.push(bytes.subarray(first, end));
    if (blocks.length > 0) blocks[0] = this.withoutMark(blocks[0]!);
    // A copy, so that a few bytes do not keep a whole chunk alive while the input idles.
    this.rest = Buffer.concat([end > 0 ? nothing : this.rest, bytes.subarray(end)]);
    if (this.rest.length > maxLineBytes + maxOverhead) {
      this.skipped++;
      this.skipping = true;
      this.atStart = false;
      this.rest = nothing;
    }
    return blocks;
  }

  /** The last line, which no newline ended, if there is one. What is pushed then is another stream. */
  end(): Buffer {
    const last = this.withoutMark(this.rest);
    this.rest = nothing;
    this.skipping = false;
    this.atStart = true;
    return last;
  }

  private afterSkipped(chunk: Buffer): Buffer {
    const end = chunk.indexOf(newline);
    if (end < 0) return nothing;
    this.skipping = false;
    return chunk.subarray(end + 1);
  }

  private withoutMark(block: Buffer): Buffer {
    if (!this.atStart || block.length === 0) return block;
    this.atStart = false;
    return block.subarray(0, 3).equals(byteOrderMark) ? block.subarray(3) : block;
  }
}

/** The lines of a block as text. */
export function textLines(block: Buffer): Lines {
  const lines: Lines = { good: [], bad: { tooLong: 0, notUtf8: 0 } };
  if (isUtf8(block)) {
    for (const line of block.toString('utf8').split('\n')) keepLine(line, lines);
    return lines;
  }
  for (const line of split(block)) {
    if (isUtf8(line)) keepLine(line.toString('utf8'), lines);
    else if (line.length - (line.at(-1) === carriageReturn ? 1 : 0) > maxLineBytes) lines.bad.tooLong++;
    else lines.bad.notUtf8++;
  }
  return lines;
}

function keepLine(line: string, lines: Lines): void {
  const text = line.endsWith('\r') ? line.slice(0, -1) : line;
  if (text.length > maxLineBytes / 3 && Buffer.byteLength(text) > maxLineBytes) lines.bad.tooLong++;
  else if (text.trim() !== '') lines.good.push(text);
}

function* split(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    yield bytes.subarray(start, end);
    start = end + 1;
  }
}
