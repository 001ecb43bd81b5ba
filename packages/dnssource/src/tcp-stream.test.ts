import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TcpStream } from './tcp-stream.js';

const bytesOf = (text: string) => Buffer.from(text, 'latin1');

/** A message as it goes over TCP: two bytes of length before it. */
function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(message.length);
  return Buffer.concat([prefix, message]);
}

interface Segment {
  at: number;
  bytes: Buffer;
}

function segmentsOf(stream: Buffer, cuts: number[]): Segment[] {
  const ends = [...new Set(cuts.map(cut => cut % stream.length))].sort((a, b) => a - b);
  return [0, ...ends]
    .map((at, i) => ({ at, bytes: stream.subarray(at, ends[i] ?? stream.length) }))
    .filter(s => s.bytes.length > 0);
}

test('messages come out as they went in, however they are cut, repeated, overlapping and shuffled', () => {
  const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 8 });
  const cuts = fc.array(fc.nat(), { maxLength: 12 });
  fc.assert(
    fc.property(
      messages,
      cuts,
      cuts,
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.infiniteStream(fc.nat()),
      (sent, a, b, first, random) => {
        const stream = Buffer.concat(sent.map(message => framed(Buffer.from(message))));
        const segments = [...segmentsOf(stream, a), ...segmentsOf(stream, b)];
        const shuffled = segments
          .map(segment => ({ segment, key: random.next().value as number }))
          .sort((x, y) => x.key - y.key);
        const tcp = new TcpStream(first);
        const found = shuffled.flatMap(
          ({ segment: { at, bytes } }) => tcp.push((first + at) >>> 0, bytes) ?? assert.fail('given up'),
        );
        assert.deepEqual(
          found.map(m => m.bytes),
          sent.map(message => Buffer.from(message)),
        );
        assert.deepEqual(
          found.map(m => m.wireBytes),
          sent.map(message => message.length),
        );
      },
    ),
  );
});

test('of a message above 4,096 bytes the beginning is kept, and what follows is found', () => {
  const tcp = new TcpStream(0);
  const long = Buffer.alloc(20_000, 'x');
  const found = tcp.push(0, Buffer.concat([framed(long), framed(bytesOf('next'))]))!;
  assert.deepEqual(
    found.map(m => [m.bytes.length, m.wireBytes]),
    [
      [4096, 20_000],
      [4, 4],
    ],
  );
});

test('a segment that never comes ends the stream once 16 KiB wait for it', () => {
  const tcp = new TcpStream(0);
  assert.deepEqual(tcp.push(10_000, Buffer.alloc(16 * 1024)), []);
  assert.equal(tcp.push(40_000, Buffer.alloc(1)), undefined);
});

test('a segment that never comes ends the stream once 64 small ones wait for it', () => {
  const tcp = new TcpStream(0);
  for (let i = 1; i <= 64; i++) assert.deepEqual(tcp.push(i * 2, Buffer.alloc(1)), []);
  assert.equal(tcp.push(200, Buffer.alloc(1)), undefined);
});

test('a segment that waits is kept although the memory it came in is used again', () => {
  const tcp = new TcpStream(0);
  const batch = bytesOf('bc');
  tcp.push(3, batch);
  batch.fill(0);
  assert.deepEqual(
    tcp.push(0, bytesOf('\0\x03a'))!.map(m => m.bytes.toString('latin1')),
    ['abc'],
  );
});

test('an empty message is passed over', () => {
  assert.deepEqual(
    new TcpStream(0).push(0, bytesOf('\0\0\0\x01z'))!.map(m => m.bytes.toString()),
    ['z'],
  );
});
