import assert from 'node:assert/strict';
import { test } from 'node:test';
import { framed } from '@tcppipe/native/testing';
import fc from 'fast-check';
import { forEachEvent, microseconds, offsetsOf, readU64 } from './wire.js';

test('microseconds of any stamp are exact, far beyond 2^53 nanoseconds', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), ns => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(ns);
      assert.equal(microseconds(bytes, 0), Number(ns / 1000n));
    }),
  );
});

test('a u64 below 2^53 is exact', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), number => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(number));
      assert.equal(readU64(bytes, 0), number);
    }),
  );
});

test('events of a batch are found behind their frames, padded to 8 bytes; a record of 8 bytes is none', () => {
  const batch = framed(...['event one', 'justmark', 'the second event'].map(text => Buffer.from(text)));
  const found = (wanted: number) => {
    const emitter = { wanted };
    const texts: string[] = [];
    forEachEvent(batch, emitter, at => {
      emitter.wanted--;
      texts.push(batch.toString('latin1', at, at + 9));
    });
    return texts;
  };
  assert.deepEqual(found(3), ['event one', 'the secon']);
  assert.deepEqual(found(1), ['event one']);
});

const layout = { size: 16, members: new Map([['pid', { name: 'pid', offset: 8, size: 4 }]]) };

test('offsets are those of the object', () => {
  assert.deepEqual(offsetsOf('event', layout, { pid: 4 }), { pid: 8 });
});

test('a member that is missing or has another size is refused by name', () => {
  assert.throws(
    () => offsetsOf('event', layout, { pid: 8 }),
    /struct event: pid has 4 bytes, expected 8 bytes; run npm run build/,
  );
  assert.throws(() => offsetsOf('event', layout, { tid: 4 }), /struct event: tid is missing/);
});
