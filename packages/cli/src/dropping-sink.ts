import { NoRoomError } from './errors.js';
import { newline } from './lines.js';
import type { Sink } from './sink.js';

/** Goes on where a file has no room: drops lines, counts them, and tries again with the next. */
export class DroppingSink implements Sink {
  /** Lines dropped so far. */
  dropped = 0;
  /** Makes the line that is to stand in place of dropped ones, from the first of them and the one that follows them. */
  standIn: ((firstDropped: string, next: string) => string) | undefined;
  private firstDropped: string | undefined;

  /** `say` hears of the first time. */
  constructor(
    private readonly file: Sink,
    private readonly say: (message: string) => void,
  ) {}

  get chunkBytes(): number {
    return this.file.chunkBytes;
  }

  onReaderGone(gone: () => void): void {
    this.file.onReaderGone(gone);
  }

  write(lines: Buffer): Promise<void> | undefined {
    const { firstDropped, standIn } = this;
    const instead = firstDropped && standIn ? `${standIn(firstDropped, firstLine(lines))}\n` : '';
    const bytes = Buffer.from(instead);
    try {
      const later = this.file.write(instead === '' ? lines : Buffer.concat([bytes, lines]));
      this.firstDropped = undefined;
      return later;
    } catch (error) {
      if (!(error instanceof NoRoomError)) throw error;
      if (error.writtenBytes >= bytes.length) this.firstDropped = undefined;
      this.drop(lines.subarray(Math.max(0, error.writtenBytes - bytes.length)), error.message);
      return undefined;
    }
  }

  /** At the end, where no line follows: the one that stands in, if there is room now. `next` is what would have followed. */
  async settle(next: string): Promise<void> {
    const { firstDropped, standIn } = this;
    if (!firstDropped || !standIn) return;
    try {
      await this.file.write(Buffer.from(`${standIn(firstDropped, next)}\n`));
      this.firstDropped = undefined;
    } catch (error) {
      if (!(error instanceof NoRoomError)) throw error; // how many were dropped is said all the same
    }
  }

  private drop(lines: Buffer, reason: string): void {
    if (this.dropped === 0) this.say(`${reason}; lines are dropped until there is room`);
    this.firstDropped ??= firstLine(lines);
    for (let at = lines.indexOf(newline); at >= 0; at = lines.indexOf(newline, at + 1)) this.dropped++;
  }
}

function firstLine(lines: Buffer): string {
  return lines.toString('utf8', 0, lines.indexOf(newline));
}
