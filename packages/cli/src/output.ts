import { ReaderGone } from './errors.js';
import { maxLineBytes, newline } from './lines.js';
import type { Sink } from './sink.js';
import { Weaver } from './weaver.js';

/** Producers should wait from here on; a whole batch of input may still be added. */
const highWaterBytes = 256 * 1024;
/** Up to so many are not worth the block they stand in. */
const fewBytes = 16 * 1024;

/** Where lines go, each written whole or put together from bytes, numbers and ASCII text. */
export type LineSink = Pick<Output, 'write' | 'cut' | 'text' | 'thousandths' | 'endLine'>;

/**
 * The one writer: whole lines, as many per write as the sink takes at once, one write at a time. Lines leave
 * when there are many or at `flush`, which producers call when they have no more for now.
 */
export class Output {
  private readonly lines = new Weaver();
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
    this.lines.addLine(line, isAscii);
    if (this.lines.isFull) this.flush();
  }

  /** Adds bytes of `source`, which must stay as they are until the next `flush`, `room` or `drained`, to the line in hand. */
  cut(source: Uint8Array, start: number, end: number): void {
    this.lines.addBytes(source, start, end);
  }

  /** Adds text, which must be ASCII, to the line in hand. */
  text(text: string): void {
    this.lines.addText(text);
  }

  /** Adds a number of thousandths, whole and at most `maxThousandths` either way, to the line in hand, in decimal as JSON has it. */
  thousandths(count: number): void {
    this.lines.addThousandths(count);
  }

  /** Ends the line in hand, before which there is no other to write. @throws the error that ended writing */
  endLine(): void {
    if (this.failure) throw this.failure;
    if (!this.lines.endLine()) this.oversized++;
    if (this.lines.isFull) this.flush();
  }

  /**
   * Sends whole lines of at most 16 KiB that `fill` puts into a block, which has room for several; it returns how many bytes
   * they take. @throws the error that ended writing
   */
  fill(fill: (block: Buffer) => number): void {
    if (this.failure) throw this.failure;
    const block = this.lines.takeBlock();
    const used = fill(block);
    if (!this.lines.isEmpty) this.queueBytes(this.lines.take());
    if (used > 0) this.queueBytes(block.subarray(0, used));
    else this.lines.giveBack(block);
    if (!this.writing) this.writeQueue();
  }

  /** Sends what there is, without waiting for it. */
  flush(): void {
    if (!this.lines.isEmpty) this.queueBytes(this.lines.take());
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

  private queueBytes(bytes: Buffer): void {
    this.queuedBytes += bytes.length;
    // Behind others it may wait for long.
    const takesTooMuch = this.queue.length > 0 && bytes.length < fewBytes;
    this.queue.push(takesTooMuch ? Buffer.from(bytes) : bytes);
    if (takesTooMuch) this.lines.giveBack(bytes);
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
    if (bytes < block.length) {
      this.queue[0] = block.subarray(bytes);
    } else {
      this.queue.shift();
      this.lines.giveBack(block);
    }
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
