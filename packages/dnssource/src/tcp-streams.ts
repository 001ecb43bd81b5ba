import { type StreamMessage, TcpStream } from './tcp-stream.js';

/**
 * How long a stream may wait for a missing segment (microseconds). TCP retransmits sooner: one that is still missing was seen by
 * the kernel, and lost on its way here.
 */
const mostGapUs = 5_000_000;

/**
 * One direction of the host's DNS connections over TCP. Bounded: of up to `most` streams what comes next is known, and
 * up to `mostBusy` of them are in the midst of a message, with some 20 KiB each. The least recently used goes first.
 */
export class TcpStreams {
  /** By key; undefined is one that was given up, of which nothing more is expected. The least recently used first. */
  private readonly streams = new Map<string, TcpStream | undefined>();
  /** Keys of those that hold bytes, likewise. */
  private readonly busy = new Set<string>();
  /** Since when streams wait for a missing segment, the longest first. */
  private readonly gaps = new Map<string, number>();
  /** Whether a key that is not known may be one that was. */
  private hasForgotten = false;
  /** How many streams went on and could not be put together any more: each once, however much comes of it. */
  givenUp = 0;

  constructor(
    private readonly most = 4096,
    private readonly mostBusy = 512,
  ) {}

  /** The stream `key` begins with `seq`. A repeated beginning (the SYN was sent again) changes nothing. */
  begin(key: string, seq: number): void {
    if (this.streams.get(key)?.first !== seq) this.use(key, new TcpStream(seq));
  }

  /** Whole messages that these bytes complete; none for a stream whose beginning was not seen. `time`: microseconds. */
  push(key: string, seq: number, bytes: Buffer, time = 0): StreamMessage[] {
    for (const [gapped, since] of this.gaps) {
      if (time - since <= mostGapUs) break;
      this.giveUp(gapped);
    }
    const stream = this.streams.get(key);
    const messages = stream?.push(seq, bytes);
    if (messages) this.use(key, stream);
    else if (stream || (this.hasForgotten && !this.streams.has(key))) this.giveUp(key);
    if (messages && stream?.hasGap && !this.gaps.has(key)) this.gaps.set(key, time);
    return messages ?? [];
  }

  private giveUp(key: string): void {
    this.givenUp++;
    this.use(key, undefined);
  }

  private use(key: string, stream: TcpStream | undefined): void {
    this.streams.delete(key);
    this.streams.set(key, stream);
    this.busy.delete(key);
    if (!stream?.hasGap) this.gaps.delete(key);
    if (stream && !stream.isBetweenMessages) this.busy.add(key);
    if (this.busy.size > this.mostBusy) this.forgetFirst(this.busy);
    if (this.streams.size > this.most) this.forgetFirst(this.streams.keys());
  }

  private forgetFirst([key]: Iterable<string>): void {
    this.streams.delete(key!);
    this.busy.delete(key!);
    this.gaps.delete(key!);
    this.hasForgotten = true;
  }
}
