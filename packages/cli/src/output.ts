import { ReaderGone } from './errors.js';
import { maxLineBytes } from './lines.js';
import type { Sink } from './sink.js';

/** Producers should wait from here on; a whole batch of input may still be added. */
const highWaterBytes = 256 * 1024;

/**
 * The one writer: whole lines, as many per write as the sink takes at once, one write in flight. Lines leave
 * when a chunk is full or at `flush`, which producers call when they have no more for now.
 */
export class Output {
  private chunk = '';
  private chunkBytes = 0;
  private queue: string[] = [];
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

  /** Adds one line (without its newline). @throws the error that ended writing */
  write(line: string): void {
    if (this.failure) throw this.failure;
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > maxLineBytes + 1) {
      this.oversized++;
      return;
    }
    if (this.chunkBytes + bytes > this.sink.chunkBytes) this.flush();
    this.chunk += line;
    this.chunk += '\n';
    this.chunkBytes += bytes;
  }

  /** Sends what there is, without waiting for it. */
  flush(): void {
    if (this.chunkBytes > 0) {
      this.queue.push(this.chunk);
      this.queuedBytes += this.chunkBytes;
      this.chunk = '';
      this.chunkBytes = 0;
    }
    if (this.queue.length > 0 && !this.failure) this.writing ??= this.writeQueue();
  }

  /** Resolves when everything is written. @throws the error that ended writing */
  async drained(): Promise<void> {
    this.flush();
    await this.writing;
    if (this.failure) throw this.failure;
  }

  /** For producers between batches: sends what there is and waits only when too much is queued. */
  async room(): Promise<void> {
    this.flush();
    if (this.full || this.failure) await this.drained();
  }

  private async writeQueue(): Promise<void> {
    try {
      while (this.queue.length > 0) {
        const batch = this.queue;
        this.queue = [];
        for (const chunk of batch) {
          await this.sink.write(chunk);
          this.queuedBytes -= Buffer.byteLength(chunk);
        }
      }
    } catch (error) {
      this.fail(error as Error);
    } finally {
      this.writing = undefined;
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
