import type { Random } from './random.js';

/** A packet as the kernel hands it over: `wireBytes` were on the wire. */
export interface Captured {
  bytes: Buffer;
  wireBytes: number;
}

type Mutation = (bytes: Buffer, random: Random, others: readonly Buffer[]) => Buffer;

const INTERESTING = [0, 1, 3, 4, 5, 12, 15, 16, 17, 63, 64, 127, 128, 191, 192, 193, 254, 255];

const mutations: readonly Mutation[] = [
  flipBit,
  setByte,
  setCount,
  rewirePointer,
  setLength,
  insert,
  remove,
  splice,
];

/** One of the seeds after one to four mutations, and sometimes cut. */
export function mutated(seeds: readonly Buffer[], random: Random): Captured {
  let bytes: Buffer = Buffer.from(random.of(seeds));
  for (let left = 1 + random.below(4); left > 0 && bytes.length > 0; left--) {
    bytes = random.of(mutations)(bytes, random, seeds);
  }
  const wireBytes = bytes.length;
  if (random.below(4) > 0) return { bytes, wireBytes };
  bytes = bytes.subarray(0, random.below(wireBytes + 1));
  return { bytes, wireBytes: random.below(2) === 0 ? wireBytes : bytes.length };
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length);
  bytes[at] = bytes[at]! ^ (1 << random.below(8));
  return bytes;
}

function setByte(bytes: Buffer, random: Random): Buffer {
  bytes[random.below(bytes.length)] = random.of(INTERESTING);
  return bytes;
}

function setCount(bytes: Buffer, random: Random): Buffer {
  const at = 4 + 2 * random.below(4);
  if (at + 2 <= bytes.length) bytes.writeUInt16BE(random.below(random.of([4, 400, 65_536])), at);
  return bytes;
}

/** A pointer, one that stands there already if it finds one, to anywhere near the packet. */
function rewirePointer(bytes: Buffer, random: Random): Buffer {
  const start = random.below(bytes.length);
  const found = bytes.indexOf(0xc0, start);
  const at = found < 0 ? start : found;
  if (at + 2 <= bytes.length) bytes.writeUInt16BE(0xc000 | random.below(bytes.length + 8), at);
  return bytes;
}

/** Behind a TTL of 60 stands RDLENGTH. */
function setLength(bytes: Buffer, random: Random): Buffer {
  const at = bytes.indexOf('0000003c', random.below(bytes.length), 'hex') + 4;
  if (at < 4 || at + 2 > bytes.length) return bytes;
  const length = bytes.readUInt16BE(at) + random.below(5) - 2;
  bytes.writeUInt16BE(random.below(4) === 0 ? random.below(65_536) : length & 0xffff, at);
  return bytes;
}

function insert(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length);
  const bait = Buffer.alloc(1 + random.below(16), random.of(INTERESTING));
  return Buffer.concat([bytes.subarray(0, at), bait, bytes.subarray(at)]);
}

function remove(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(16))]);
}

/** The rest of another packet instead of its own, within what dnssource captures. */
function splice(bytes: Buffer, random: Random, others: readonly Buffer[]): Buffer {
  const other = random.of(others);
  const joined = [bytes.subarray(0, random.below(bytes.length)), other.subarray(random.below(other.length))];
  return Buffer.concat(joined).subarray(0, 4096);
}
