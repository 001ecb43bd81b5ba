import { closeSync, fstatSync, readSync } from 'node:fs';

/** How much of what was read is looked at again, to know whether it is still there: more than any two lines share. */
const rememberedBytes = 64;
const nothing = Buffer.alloc(0);

/** A file that is read while others write to it. */
export class GrowingFile {
  /** What stood last in what has been read. */
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

  /** Reads on into `chunk`, as far as `end`. Returns how many bytes that were. */
  read(chunk: Buffer, end: number): number {
    const wanted = Math.min(chunk.length, end - this.position);
    const bytes = wanted > 0 ? readSync(this.fd, chunk, 0, wanted, this.position) : 0;
    if (bytes > 0) this.remember(chunk.subarray(Math.max(0, bytes - rememberedBytes), bytes));
    this.position += bytes;
    return bytes;
  }

  /**
   * Whether what was read last is still there. The size alone does not tell: a file that was truncated may have grown
   * beyond it meanwhile.
   */
  stillHolds(): boolean {
    const { last, probe } = this;
    const bytes = readSync(this.fd, probe, 0, last.length, this.position - last.length);
    return probe.subarray(0, bytes).equals(last);
  }

  rewind(): void {
    this.position = 0;
    this.last = nothing;
  }

  /** A writer may have written a byte at a time. */
  private remember(end: Buffer): void {
    this.last = Buffer.concat([this.last, end]).subarray(-rememberedBytes);
  }

  close(): void {
    closeSync(this.fd);
  }
}
