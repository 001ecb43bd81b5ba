import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writtenLines } from '@tcppipe/cli/testing';
import { addressText, isMapped, serialise } from '@tcppipe/events';
import type { BpfObject, StructLayout } from '@tcppipe/native';
import { framed } from '@tcppipe/native/testing';
import { Emitter, WallClock } from '@tcppipe/source';
import fc from 'fast-check';
import { eventKinds, TcpEventReader } from './decode.js';
import { TcpLines } from './lines.js';

/** Members in the order of bpf/owner.h and bpf/tcp_event.h, with their sizes. */
const ownerSizes = { start_ns: 8, cgroup: 8, pid: 4, tid: 4, uid: 4, mntns: 4, comm: 16 };
const eventSizes = {
  ...{ time_ns: 8, cookie: 8, since_ns: 8, attempt_ns: 8, tx_bytes: 8, rx_bytes: 8, owner: 48 },
  ...{ netns: 4, sport: 2, dport: 2, error: 4, kind: 1, family: 1, passive: 1, pad: 1, saddr: 16, daddr: 16 },
};

function layout(sizes: Record<string, number>): StructLayout {
  const members = new Map<string, { name: string; offset: number; size: number }>();
  let end = 0;
  for (const [name, size] of Object.entries(sizes)) {
    members.set(name, { name, offset: end, size });
    end += size;
  }
  return { size: end, members };
}

const layouts = new Map([
  ['owner', layout(ownerSizes)],
  ['tcp_event', layout(eventSizes)],
]);
const object = { struct: (name: string) => layouts.get(name)! } as BpfObject;

type Values = Record<string, number | bigint | Uint8Array>;

/** The wire struct: numbers in little-endian order, everything else zero. */
function wire(name: string, values: Values): Buffer {
  const { size, members } = layouts.get(name)!;
  const bytes = Buffer.alloc(size);
  for (const [member, value] of Object.entries(values)) {
    const { offset, size } = members.get(member)!;
    if (value instanceof Uint8Array) bytes.set(value, offset);
    else if (size === 8) bytes.writeBigUInt64LE(BigInt(value), offset);
    else bytes.writeUIntLE(Number(value), offset, size);
  }
  return bytes;
}

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u16 = fc.integer({ min: 0, max: 0xffff });
/** As records have it: whole microseconds, exact below 2^53. */
const nanoseconds = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 60n }),
  fc.constantFrom(0n, 1n, 999n, 1000n, 1001n, 2n ** 53n, 2n ** 53n * 1000n - 1n),
);
const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
/** IPv4 in the first four bytes, IPv6, or IPv4-mapped. */
const address = fc
  .tuple(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(0xff))
  .map(([bytes, zeros]) => bytes.map((byte, i) => ((zeros >> (i >> 1)) & 1 ? 0 : byte)));
const mappedAddress = address.map(bytes =>
  Uint8Array.of(...new Uint8Array(10), 0xff, 0xff, ...bytes.subarray(12)),
);
const ends = fc.oneof(
  fc.record({ family: fc.constant(2), saddr: address, daddr: address }),
  fc.record({ family: fc.constant(10), saddr: address, daddr: address }),
  fc.record({ family: fc.constant(10), saddr: address, daddr: mappedAddress }),
  fc.record({ family: fc.constant(10), saddr: mappedAddress, daddr: mappedAddress }),
);
const owner = fc.record({
  start_ns: nanoseconds,
  cgroup: safe,
  ...{ pid: u32, tid: u32, uid: u32, mntns: u32 },
  comm: fc.stringMatching(/^[ -~]{0,15}$/),
});
const event = fc.record({
  ...{
    time_ns: nanoseconds,
    since_ns: nanoseconds,
    attempt_ns: nanoseconds,
    cookie: safe,
    tx_bytes: safe,
    rx_bytes: safe,
    ends,
    owner,
  },
  ...{
    netns: u32,
    sport: u16,
    dport: u16,
    error: fc.constantFrom(0, 110, 111, 125),
    kind: fc.integer({ min: 1, max: 6 }),
    passive: fc.integer({ min: 0, max: 1 }),
  },
});
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

const errnoNames = new Map([
  [110, 'ETIMEDOUT'],
  [111, 'ECONNREFUSED'],
  [125, 'ECANCELED'],
]);

function bytesOf({ ends: { family, saddr, daddr }, owner, ...rest }: Event): Buffer {
  const { comm, ...ids } = owner;
  return wire('tcp_event', {
    ...rest,
    ...{ family, saddr, daddr },
    owner: wire('owner', { ...ids, comm: Buffer.from(comm) }),
  });
}

/** The record put together in the plainest way: keys in the order of the schema, what is not known left out by JSON. */
function plainRecord(event: Event, run: string): object {
  const { ends, owner } = event;
  const kind = eventKinds[event.kind];
  const isV4 = ends.family === 2;
  const mapped = !isV4 && isMapped(ends.daddr);
  const us = (ns: bigint) => Number(ns / 1000n);
  const elapsed = (from: bigint, to: bigint) => (from > 0n ? (us(to) - us(from)) / 1000 : undefined);
  const duration = elapsed(event.since_ns, event.time_ns);
  return {
    type: kind === 'release' ? 'close' : kind,
    ...{ ts: us(event.time_ns) / 1e6, mono_us: us(event.time_ns), run, seq: 0 },
    ...(owner.pid > 0
      ? { pid: owner.pid, tid: owner.tid, uid: owner.uid, comm: owner.comm, pid_start_us: us(owner.start_ns) }
      : {}),
    ip: isV4 || mapped ? 4 : 6,
    saddr: addressText(ends.saddr, 0, isV4),
    sport: event.sport || undefined,
    daddr: addressText(ends.daddr, 0, isV4),
    dport: event.dport,
    mapped: mapped || undefined,
    netns: event.netns,
    mntns: owner.mntns || undefined,
    cgroup: owner.cgroup || undefined,
    sock: event.cookie > 0 ? `${event.cookie}` : undefined,
    ...(kind === 'established' || kind === 'failed' ? { latency_ms: duration } : {}),
    ...(kind === 'failed' ? { errno: errnoNames.get(event.error) } : {}),
    ...(kind === 'close'
      ? {
          latency_ms: elapsed(event.attempt_ns, event.since_ns),
          duration_ms: duration,
          tx_bytes: event.tx_bytes,
          rx_bytes: event.rx_bytes,
          accepted: event.passive === 1 ? true : undefined,
        }
      : {}),
  };
}

describe('an event of the kernel', () => {
  const reader = new TcpEventReader(object);
  const emitter = () => new Emitter('tcpsource', () => {}, new WallClock(() => 0));

  it('is the line of the record put together plainly, byte for byte, wherever it stands', () => {
    fc.assert(
      fc.property(event, fc.integer({ min: 0, max: 64 }), (given, base) => {
        const from = emitter();
        const bytes = Buffer.concat([Buffer.alloc(base, 0xff), bytesOf(given)]);
        assert.equal(serialise(reader.record(bytes, base, from)), serialise(plainRecord(given, from.run)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same line where no record is made of it', () => {
    const comm = fc.oneof(fc.stringMatching(/^[ -~]{0,15}$/), fc.constantFrom('é', 'a"\\', '\x7f', ''));
    const unsafe = fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n });
    const any = fc.oneof(
      event,
      fc.tuple(event, comm).map(([one, comm]) => ({ ...one, owner: { ...one.owner, comm } })),
      fc.tuple(event, unsafe).map(([one, tx_bytes]) => ({ ...one, tx_bytes })),
      fc.tuple(event, unsafe).map(([one, cookie]) => ({ ...one, cookie })),
      fc
        .tuple(event, fc.constantFrom('time_ns', 'since_ns', 'attempt_ns'), unsafe)
        .map(([one, name, ns]) => ({
          ...{ ...one, [name]: ns },
        })),
      fc.tuple(event, fc.integer({ min: 0, max: 200 })).map(([one, error]) => ({ ...one, error })),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 600, size: 'max' }), fc.nat(800), (events, limit) => {
        const offset = 1_700_000_000_000_000;
        const from = new Emitter('tcpsource', () => {}, new WallClock(() => offset), limit);
        const again = new Emitter('tcpsource', () => {}, new WallClock(() => offset));
        const { out, lines: written } = writtenLines();
        const wires = events.map(one => bytesOf(one as Event));
        const mark = Buffer.alloc(8);
        new TcpLines(reader, from).write(framed(mark, ...wires, mark), out);
        const expected = wires
          .slice(0, limit)
          .map(wire => serialise({ ...reader.record(wire, 0, again), run: from.run }));
        assert.deepEqual(written(), expected);
        assert.equal(from.emitted, expected.length);
        assert.equal(from.stamp(0).seq, expected.length);
      }),
      { numRuns: 100 },
    );
  });
});
