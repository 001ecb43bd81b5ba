/** Longest message that is looked at; the rest of a longer one is skipped (the same bound as for UDP). */
const mostMessageBytes = 4096;

/** How much may wait for a missing segment, per stream. */
const mostWaitingBytes = 16 * 1024;
const mostWaitingSegments = 64;

/** One DNS message of a stream, as much of it as is kept. */
export interface StreamMessage {
  readonly bytes: Buffer;
  readonly wireBytes: number;
}

/**
 * One direction of a DNS connection over TCP: segments in, whole messages out (RFC 1035, section 4.2.2: two bytes of
 * length before each). Duplicates and overlaps are dropped, segments out of order wait for the missing ones, within
 * bounds; what cannot be put together ends the stream, never a wrong message.
 */
export class TcpStream {
  /** Segments ahead of what is next, by sequence number. */
  private readonly waiting = new Map<number, Buffer>();
  private waitingBytes = 0;
  private readonly messages = new MessageCutter();
  private next: number;

  /** `first`: sequence number of the first byte. */
  constructor(readonly first: number) {
    this.next = first;
  }

  /** Whether it holds no bytes: all that came was whole messages. */
  get isBetweenMessages(): boolean {
    return this.waiting.size === 0 && this.messages.isEmpty;
  }

  /** Whether what came last waits for a segment before it. */
  get hasGap(): boolean {
    return this.waiting.size > 0;
  }

  /** Whole messages that `bytes` completes, or undefined when the stream has to be given up. */
  push(seq: number, bytes: Buffer): StreamMessage[] | undefined {
    if (distance(this.next, seq) > 0) return this.wait(seq, bytes) ? [] : undefined;
    const found = this.take(seq, bytes);
    for (let more = true; more; ) {
      more = false;
      for (const [at, held] of this.waiting) {
        if (distance(this.next, at) > 0) continue;
        this.waiting.delete(at);
        this.waitingBytes -= held.length;
        found.push(...this.take(at, held));
        more = true;
      }
    }
    return found;
  }

  private take(seq: number, bytes: Buffer): StreamMessage[] {
    const known = distance(seq, this.next);
    if (known >= bytes.length) return [];
    this.next = (this.next + bytes.length - known) >>> 0;
    return this.messages.push(bytes.subarray(known));
  }

  private wait(seq: number, bytes: Buffer): boolean {
    const before = this.waiting.get(seq);
    if (before && before.length >= bytes.length) return true;
    this.waitingBytes += bytes.length - (before?.length ?? 0);
    this.waiting.set(seq, ownCopy(bytes)); // the batch it lies in is used again
    return this.waitingBytes <= mostWaitingBytes && this.waiting.size <= mostWaitingSegments;
  }
}

/** Not of Node's pool, of which the smallest would hold 8 KiB. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** From one sequence number to another, in numbers that wrap at 2^32 (RFC 9293, section 3.4). */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** Cuts a byte stream into messages. Holds at most one message, and of that at most what is looked at. */
class MessageCutter {
  private readonly prefix: number[] = [];
  private message: Buffer | undefined;
  private filled = 0;
  private wireBytes = 0;

  get isEmpty(): boolean {
    return this.message === undefined && this.prefix.length === 0;
  }

  push(bytes: Buffer): StreamMessage[] {
    const found: StreamMessage[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (!this.message) {
        this.prefix.push(bytes[at++]!);
        if (this.prefix.length === 2) this.begin((this.prefix[0]! << 8) | this.prefix[1]!);
        continue;
      }
      const used = Math.min(bytes.length - at, this.wireBytes - this.filled);
      bytes.copy(this.message, this.filled, at, at + used);
      this.filled += used;
      at += used;
      if (this.filled === this.wireBytes) found.push(this.finish());
    }
    return found;
  }

  private begin(wireBytes: number): void {
    this.prefix.length = 0;
    if (wireBytes === 0) return; // an empty message says nothing, and the next prefix follows
    this.wireBytes = wireBytes;
    this.filled = 0;
    this.message = Buffer.alloc(Math.min(wireBytes, mostMessageBytes));
  }

  private finish(): StreamMessage {
    const message = { bytes: this.message!, wireBytes: this.wireBytes };
    this.message = undefined;
    return message;
  }
}
