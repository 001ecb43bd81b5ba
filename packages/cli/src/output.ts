import { ReaderGone } from './errors.js';
import { maxLineBytes } from './lines.js';
import type { Sink } from './sink.js';

/** Producers should wait from here on; a whole batch of input may still be added. */
const highWaterBytes = 256 * 1024;
const newline = 0x0a;

/**
 * The one writer: whole lines, as many per write as the sink takes at once, one write in flight. Lines leave
 * when a chunk is full or at `flush`, which producers call when they have no more for now.
 */
export class Output {
  private lines = '';
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

  /** Adds one line (without its newline). @throws the error that ended writing */
  write(line: string): void {
    if (this.failure) throw this.failure;
    // A character takes three bytes at most, so that hardly any line needs to be measured.
    if (line.length > maxLineBytes / 3 && Buffer.byteLength(line) > maxLineBytes) {
      this.oversized++;
      return;
    }
    if (this.lines.length + line.length >= this.sink.chunkBytes) this.flush();
    this.lines += line;
    this.lines += '\n';
  }

  /** Sends what there is, without waiting for it. */
  flush(): void {
    if (this.lines !== '') {
      const bytes = Buffer.from(this.lines);
      this.lines = '';
      this.queue.push(...chunksOf(bytes, this.sink.chunkBytes));
      this.queuedBytes += bytes.length;
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
          this.queuedBytes -= chunk.length;
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

/** Whole lines, as many at once as `most` bytes hold; a longer line goes alone. */
function chunksOf(lines: Buffer, most: number): Buffer[] {
  const chunks: Buffer[] = [];
  let start = 0;
  while (lines.length - start > most) {
    const last = lines.lastIndexOf(newline, start + most - 1);
    const end = (last >= start ? last : lines.indexOf(newline, start)) + 1;
    chunks.push(lines.subarray(start, end));
    start = end;
  }
  if (start < lines.length) chunks.push(lines.subarray(start));
  return chunks;
}
