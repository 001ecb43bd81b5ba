import { type StreamMessage, TcpStream } from './tcp-stream.js';

/**
 * The DNS connections of the host, each direction by itself. With at most `most` streams of some 20 KiB the memory is
 * bounded; the least recently used goes first.
 */
export class TcpStreams {
  private readonly streams = new Map<string, TcpStream>();
  /** Streams given up because segments were missing for too long. */
  broken = 0;

  constructor(private readonly most = 512) {}

  /** The stream `key` begins with `seq`. A repeated beginning (the SYN was sent again) changes nothing. */
  begin(key: string, seq: number): void {
    if (this.streams.get(key)?.first === seq) return;
    this.streams.delete(key);
    this.streams.set(key, new TcpStream(seq));
    for (const oldest of this.streams.keys()) {
      if (this.streams.size <= this.most) return;
      this.streams.delete(oldest);
    }
  }

  /** Whole messages that these bytes complete; none for a stream whose beginning was not seen. */
  push(key: string, seq: number, bytes: Buffer): StreamMessage[] {
    const stream = this.streams.get(key);
    if (!stream) return [];
    this.streams.delete(key);
    const messages = stream.push(seq, bytes);
    if (!messages) {
      this.broken++;
      return [];
    }
    this.streams.set(key, stream);
    return messages;
  }
}
