import { isUtf8 } from 'node:buffer';

/** Longest line read or written, newline excluded. */
export const maxLineBytes = 16 * 1024;

export interface Lines {
  /** Whole lines as text, without line ends; lines of blanks only are left out. */
  good: string[];
  /** Lines that are no text: too long, or not UTF-8. */
  bad: { tooLong: number; notUtf8: number };
}

const newline = 0x0a;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
/** Bytes that do not count: a byte-order mark before the first line, a carriage return after any. */
const maxOverhead = byteOrderMark.length + 1;

/**
 * Cuts a byte stream into lines. Memory is bounded by one chunk and one line; a line that never ends is
 * skipped, not stored. Knows nothing of JSON.
 */
export class LineSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private skipping = false;
  private atStart = true;

  push(chunk: Buffer): Lines {
    const lines: Lines = { good: [], bad: { tooLong: 0, notUtf8: 0 } };
    let bytes = this.skipping ? this.afterSkipped(chunk) : chunk;
    if (this.rest.length > 0) bytes = Buffer.concat([this.rest, bytes]);
    const end = bytes.lastIndexOf(newline);
    this.rest = bytes.subarray(end + 1);
    if (end >= 0) this.take(bytes.subarray(0, end), lines);
    if (this.rest.length > maxLineBytes + maxOverhead) {
      lines.bad.tooLong++;
      this.skipping = true;
      this.atStart = false;
      this.rest = Buffer.alloc(0);
    }
    // A copy, so that a few bytes do not keep a whole chunk alive while the input idles.
    else this.rest = Buffer.from(this.rest);
    return lines;
  }

  /** The last line, which no newline ended, if there is one. */
  end(): Lines {
    const lines: Lines = { good: [], bad: { tooLong: 0, notUtf8: 0 } };
    if (this.rest.length > 0) this.take(this.rest, lines);
    this.rest = Buffer.alloc(0);
    return lines;
  }

  private afterSkipped(chunk: Buffer): Buffer {
    const end = chunk.indexOf(newline);
    if (end < 0) return Buffer.alloc(0);
    this.skipping = false;
    return chunk.subarray(end + 1);
  }

  private take(block: Buffer, lines: Lines): void {
    let bytes = block;
    if (this.atStart && bytes.subarray(0, 3).equals(byteOrderMark)) bytes = bytes.subarray(3);
    this.atStart = false;
    if (isUtf8(bytes)) {
      for (const line of bytes.toString('utf8').split('\n')) keepLine(line, lines);
      return;
    }
    for (const line of split(bytes)) {
      if (isUtf8(line)) keepLine(line.toString('utf8'), lines);
      else lines.bad.notUtf8++;
    }
  }
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
