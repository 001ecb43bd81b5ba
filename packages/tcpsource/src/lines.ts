import { maxLineBytes, type Output } from '@tcppipe/cli';
import { escapeDangerous, serialise } from '@tcppipe/events';
import { createLineWriter, type WriteLines } from '@tcppipe/native';
import { type Emitter, frameAt, utf8Text } from '@tcppipe/source';
import type { TcpEventReader } from './decode.js';
import { tcpLine } from './line.js';

/**
 * Writes events as `serialise` writes their records, without making any: that took four fifths of a source's time at full
 * rate. The addon refuses what it does not know how to write, such as counts above 2^53; of these records are made.
 */
export class TcpLines {
  private readonly writeLines: WriteLines;

  constructor(
    private readonly reader: TcpEventReader,
    private readonly emitter: Emitter,
  ) {
    this.writeLines = createLineWriter(tcpLine(reader, emitter.run), reader.bytes, commJson);
  }

  /** Writes the events of a batch, as many as are wanted. */
  write(batch: Buffer, out: Pick<Output, 'fill'>): void {
    let at = 0;
    while (at < batch.length && this.emitter.wanted > 0) {
      out.fill(block => {
        const { read, bytes } = this.fillBlock(block, batch, at);
        at = read;
        return bytes;
      });
    }
  }

  /** Writes events from byte `from` on while there is room. Returns where the next begins, and how many bytes the lines are. */
  private fillBlock(block: Buffer, batch: Buffer, from: number): { read: number; bytes: number } {
    for (let read = from, used = 0; ; ) {
      const written = this.emitter.emitLines(({ seq, most, offsetUs }) =>
        this.writeLines(batch, read, block, used, most, seq, offsetUs),
      );
      read = written.read;
      used += written.bytes;
      if (!written.refused || block.length - used < maxLineBytes) return { read, bytes: used };
      const { event, next } = frameAt(batch, read);
      if (event !== undefined) used += this.writeRecord(block, used, batch, event);
      read = next;
    }
  }

  private writeRecord(block: Buffer, at: number, batch: Buffer, event: number): number {
    const line = `${serialise(this.reader.record(batch, event, this.emitter))}\n`;
    this.emitter.emitted++;
    return block.write(line, at);
  }
}

/** A thread's name as it stands between quotes of JSON. */
function commJson(bytes: Buffer): string {
  return escapeDangerous(JSON.stringify(utf8Text(bytes))).slice(1, -1);
}
