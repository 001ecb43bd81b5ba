import { ReaderGone } from './errors.js';
import { maxLineBytes } from './lines.js';
import type { Sink } from './sink.js';

/** Producers should wait from here on; a whole batch of input may still be added. */
const highWaterBytes = 256 * 1024;
const newline = 0x0a;
/** Lines are encoded so many characters at a time; each takes three bytes at most. */
const blockChars = 32 * 1024;

/**
 * The one writer: whole lines, as many per write as the sink takes at once, one write at a time. Lines leave
 * when there are many or at `flush`, which producers call when they have no more for now.
 */
export class Output {
  private lines = '';
  /** Whether all of them are known to be ASCII, which takes half the time to encode. */
  private areAscii = true;
  /** Where lines are encoded while nothing is queued, which is most of the time: cheaper than a buffer for each. */
  private readonly block = Buffer.allocUnsafeSlow(blockChars * 3);
  private queue: Buffer[] = [];
  private queuedBytes = 0;
  private writing: Promise<void> | undefined;
  private failure: Error | undefined;
  /** Lines refused because they were longer than 16 KiB. */
  oversized = 0;

  /** `onFailure` hears at once when nothing more can be written. */
  constructor(
    private readonly sink: Sink,
    private readonly onFailure: (error: Error) => void,
  ) {
    sink.onReaderGone(() => this.fail(new ReaderGone()));
  }

  /** True when the producer should wait for `drained`. */
  get full(): boolean {
    return this.queuedBytes > highWaterBytes;
  }

  /** Adds one line (without its newline); `isAscii` where that is known. @throws the error that ended writing */
  write(line: string, isAscii = false): void {
    if (this.failure) throw this.failure;
    // A character takes three bytes at most, so that hardly any line needs to be measured.
    if (line.length > maxLineBytes / 3 && Buffer.byteLength(line) > maxLineBytes) {
      this.oversized++;
      return;
    }
    if (this.lines.length + line.length >= blockChars) this.flush();
    this.areAscii &&= isAscii;
    this.lines += line;
    this.lines += '\n';
  }

  /** Sends what there is, without waiting for it. */
  flush(): void {
    if (this.lines !== '') {
      const { block, lines } = this;
      const encoding = this.areAscii ? 'latin1' : 'utf8';
      const isIdle = this.queue.length === 0;
      const bytes = isIdle ? block.subarray(0, block.write(lines, encoding)) : Buffer.from(lines, encoding);
      this.lines = '';
      this.areAscii = true;
      this.queue.push(bytes);
      this.queuedBytes += bytes.length;
    }
    if (!this.writing) this.writeQueue();
  }

  /** Resolves when everything is written. @throws the error that ended writing */
  async drained(): Promise<void> {
    this.flush();
    while (this.writing) await this.writing;
    if (this.failure) throw this.failure;
  }

  /** For producers between batches: sends what there is and waits only when too much is queued. */
  async room(): Promise<void> {
    this.flush();
    if (this.full || this.failure) await this.drained();
  }

  private writeQueue(): void {
    try {
      while (this.queue.length > 0) {
        const chunk = linesOf(this.queue[0]!, this.sink.chunkBytes);
        const later = this.sink.write(chunk);
        if (later) {
          this.writing = this.writeRest(later, chunk.length);
          return;
        }
        this.written(chunk.length);
      }
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private async writeRest(written: Promise<void>, bytes: number): Promise<void> {
    try {
      await written;
      if (!this.failure) this.written(bytes);
    } catch (error) {
      this.fail(error as Error);
    }
    this.writing = undefined;
    this.writeQueue();
  }

  private written(bytes: number): void {
    this.queuedBytes -= bytes;
    const block = this.queue[0]!;
    if (bytes < block.length) this.queue[0] = block.subarray(bytes);
    else this.queue.shift();
  }

  private fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    this.queue = [];
    this.queuedBytes = 0;
    this.onFailure(error);
  }
}

/** The first lines of a block, as many as `most` bytes hold; a longer line alone. */
function linesOf(block: Buffer, most: number): Buffer {
  if (block.length <= most) return block;
  const last = block.lastIndexOf(newline, most - 1);
  return block.subarray(0, (last >= 0 ? last : block.indexOf(newline)) + 1);
}
