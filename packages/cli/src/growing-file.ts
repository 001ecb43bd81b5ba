import { closeSync, fstatSync, readSync } from 'node:fs';
import { maxLineBytes, newline } from './lines.js';

/**
 * How much of the beginning, and of the end, of what was read is looked at again, to know whether it is still there: more
 * than any two lines share that begin with their time, or end with what tells them apart.
 */
const rememberedBytes = 64;
/** A line that is not whole may have so many bytes: more is too much for any, and skipped as it comes. */
const maxWaitingBytes = 2 * maxLineBytes;
const nothing = Buffer.alloc(0);

/** A file that is read while others write to it. */
export class GrowingFile {
  /** What stood first, and last, in what has been read. */
  private first: Buffer = nothing;
  private last: Buffer = nothing;
  private position = 0;
  private readonly probe = Buffer.allocUnsafeSlow(rememberedBytes);

  constructor(
    private readonly fd: number,
    /** Device and inode. */
    readonly identity: string,
  ) {}

  /** Bytes in it. */
  get size(): number {
    return fstatSync(this.fd).size;
  }

  /**
   * Reads on into `chunk`, as far as `end`: whole lines, as who has no room for the rest of one takes back its beginning; where
   * it `isLast`, what stands behind them, too. Returns how many bytes that were; undefined where what was read before is no
   * longer there, which is looked at last, so that nothing else can have been read.
   */
  read(chunk: Buffer, end: number, isLast: boolean): number | undefined {
    const wanted = Math.min(chunk.length, end - this.position);
    const found = wanted > 0 ? readSync(this.fd, chunk, 0, wanted, this.position) : 0;
    if (!this.stillHolds()) return undefined;
    const bytes = isLast ? found : wholeLines(chunk.subarray(0, found));
    if (bytes > 0) this.remember(chunk.subarray(0, bytes));
    this.position += bytes;
    return bytes;
  }

  /** The size alone does not tell: a file that was truncated may have grown beyond it meanwhile. */
  private stillHolds(): boolean {
    const { first, last, position } = this;
    return this.has(last, position - last.length) && this.has(first, 0);
  }

  private has(text: Buffer, position: number): boolean {
    const bytes = readSync(this.fd, this.probe, 0, text.length, position);
    return this.probe.subarray(0, bytes).equals(text);
  }

  rewind(): void {
    this.position = 0;
    this.first = nothing;
    this.last = nothing;
  }

  private remember(bytes: Buffer): void {
    const { first, last } = this;
    if (first.length < rememberedBytes)
      this.first = Buffer.concat([first, bytes.subarray(0, rememberedBytes - first.length)]);
    this.last = Buffer.concat([last, bytes.subarray(-rememberedBytes)]).subarray(-rememberedBytes);
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** Bytes of the lines that are whole, or of one that will never be. */
function wholeLines(bytes: Buffer): number {
  const end = bytes.lastIndexOf(newline) + 1;
  return end === 0 && bytes.length > maxWaitingBytes ? bytes.length : end;
}
