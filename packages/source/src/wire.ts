import type { StructLayout } from '@tcppipe/native';

/** linux/socket.h */
export const AF_INET = 2;

/** Bytes that each member of a wire struct must have. */
export type Sizes = Readonly<Record<string, number>>;

/**
 * Offsets of the members of a wire struct. The C header is the only place where the layout is written; this
 * refuses to start where that and what TypeScript is about to read have parted.
 * @throws Error naming the member that is missing or has another size
 */
export function offsetsOf<S extends Sizes>(
  name: string,
  layout: StructLayout,
  sizes: S,
): { readonly [K in keyof S]: number } {
  const offsets: Record<string, number> = {};
  for (const [member, size] of Object.entries(sizes)) {
    const found = layout.members.get(member);
    if (found?.size !== size) {
      throw new Error(
        `struct ${name}: ${member} ${found ? `has ${found.size} bytes` : 'is missing'}, expected ${size} bytes; run npm run build`,
      );
    }
    offsets[member] = found.offset;
  }
  return offsets as { [K in keyof S]: number };
}

/** Size of a record that is no event: it only has the counters looked at (bpf/ring.h). */
export const markBytes = 8;

const frameHeaderBytes = 8;

/** A record of a batch: where it is, or undefined if it is no event, and where the next begins. */
export interface Frame {
  readonly event: number | undefined;
  readonly next: number;
}

/** What begins at byte `at` of a batch: u32 length, u32 zero, payload, padding to 8. */
export function frameAt(batch: Buffer, at: number): Frame {
  const bytes = batch.readUInt32LE(at);
  const event = at + frameHeaderBytes;
  return { event: bytes > markBytes ? event : undefined, next: event + ((bytes + 7) & ~7) };
}

/** Calls `read` with the position of each event of a batch, while more are wanted. */
export function forEachEvent(
  batch: Buffer,
  emitter: { readonly wanted: number },
  read: (at: number) => void,
): void {
  for (let at = 0; at < batch.length && emitter.wanted > 0; ) {
    const { event, next } = frameAt(batch, at);
    if (event !== undefined) read(event);
    at = next;
  }
}

/** Whole microseconds of a u64 of nanoseconds, exact: the number itself would be rounded from 104 days on. */
export function microseconds(bytes: Buffer, at: number): number {
  const low = bytes.readUInt32LE(at);
  const high = bytes.readUInt32LE(at + 4);
  // 2^32 ns are 4,294,967 us and 296 ns.
  return high * 4_294_967 + Math.floor((high * 296 + low) / 1000);
}

/** A u64 as an integer; exact below 2^53, which ids and counters here are. */
export function readU64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 4_294_967_296;
}

/** Values of globals, as the programs have them. */
export function u8(number: number): Buffer {
  return Buffer.of(number);
}

export function u16s(numbers: readonly number[], places: number): Buffer {
  const bytes = Buffer.alloc(places * 2);
  numbers.forEach((number, i) => {
    bytes.writeUInt16LE(number, i * 2);
  });
  return bytes;
}

export function u32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
