import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TcpStreams } from './tcp-streams.js';

const message = Buffer.from('\0\x03abc', 'latin1');
const half = message.subarray(0, 4);

function texts(streams: TcpStreams, key: string, seq: number, bytes = message): string[] {
  return streams.push(key, seq, bytes).map(found => found.bytes.toString());
}

/** A connection of one message, which ends without anybody hearing of it. */
function short(streams: TcpStreams, key: string): void {
  streams.begin(key, 0);
  assert.deepEqual(texts(streams, key, 0), ['abc']);
}

test('a connection that is silent during thousands of others goes on, and its end is not awaited', () => {
  const streams = new TcpStreams();
  short(streams, 'idle');
  for (let i = 1; i < 4096; i++) short(streams, `${i}`);
  assert.deepEqual(texts(streams, 'idle', message.length), ['abc']);
  assert.equal(streams.givenUp, 0);
});

test('one that was forgotten counts once if it goes on, and not if it does not', () => {
  const streams = new TcpStreams(2);
  for (const key of ['a', 'b', 'c', 'd']) short(streams, key);
  assert.equal(streams.givenUp, 0);
  assert.deepEqual([texts(streams, 'a', 5), texts(streams, 'a', 10)], [[], []]);
  assert.equal(streams.givenUp, 1);
  assert.deepEqual(texts(streams, 'd', 5), ['abc']);
});

test('before any is forgotten, one that is not known is older than the tracer, and does not count', () => {
  const streams = new TcpStreams(2);
  short(streams, 'a');
  assert.deepEqual(texts(streams, 'older', 5), []);
  assert.equal(streams.givenUp, 0);
});

test('of too many in the midst of a message the one that is so for longest is forgotten', () => {
  const streams = new TcpStreams(10, 2);
  for (const key of ['a', 'b', 'c', 'd']) streams.begin(key, 0);
  for (const key of ['a', 'b', 'a']) texts(streams, key, 0, half);
  short(streams, 'd');
  assert.equal(streams.givenUp, 0);
  texts(streams, 'c', 0, half);
  assert.equal(streams.givenUp, 0);
  assert.deepEqual(
    ['a', 'b', 'c'].map(key => texts(streams, key, 4, message.subarray(4))),
    [['abc'], [], ['abc']],
  );
  assert.equal(streams.givenUp, 1);
});

test('a connection on a socket that was given up begins anew', () => {
  const streams = new TcpStreams(10, 0);
  streams.begin('a', 0);
  texts(streams, 'a', 0, half);
  texts(streams, 'a', 4, half);
  assert.equal(streams.givenUp, 1);
  streams.begin('a', 70);
  assert.deepEqual(texts(streams, 'a', 70), ['abc']);
});

test('a beginning that is repeated changes nothing', () => {
  const streams = new TcpStreams();
  streams.begin('a', 0);
  texts(streams, 'a', 0, half);
  streams.begin('a', 0);
  assert.deepEqual(texts(streams, 'a', 4, message.subarray(4)), ['abc']);
});

test('one that waits for a segment that was lost is given up after five seconds, whoever goes on', () => {
  const streams = new TcpStreams();
  streams.begin('a', 0);
  const second = 5_000_000;
  assert.deepEqual(streams.push('a', 5, message, second), []);
  assert.deepEqual(streams.push('a', 10, message, second + 4_000_000), []);
  short(streams, 'other');
  assert.equal(streams.givenUp, 0);
  assert.deepEqual(streams.push('other', 5, message, second + 5_000_001).length, 1);
  assert.equal(streams.givenUp, 1);
  assert.deepEqual(streams.push('a', 0, message, second + 6_000_000), []);
  assert.equal(streams.givenUp, 1);
});

test('one whose missing segment comes in time goes on', () => {
  const streams = new TcpStreams();
  streams.begin('a', 0);
  streams.push('a', 5, message, 0);
  assert.equal(streams.push('a', 0, message, 4_000_000).length, 2);
  assert.equal(streams.push('a', 10, message, 60_000_000).length, 1);
  assert.equal(streams.givenUp, 0);
});

test('segments that wait hold no more memory than they have bytes', () => {
  const before = process.memoryUsage().arrayBuffers;
  const streams = new TcpStreams();
  const pooled = [];
  for (let key = 0; key < 500; key++) {
    streams.begin(`${key}`, 0);
    // What else is decoded meanwhile takes from the same pool.
    for (let i = 1; i < 60; i++) {
      streams.push(`${key}`, 2 * i, Buffer.from('x'));
      pooled[0] = Buffer.from('y'.repeat(3000));
    }
  }
  assert.equal(streams.givenUp, 0);
  const grown = process.memoryUsage().arrayBuffers - before;
  assert.ok(grown < 32e6, `${grown} bytes for ${500 * 59} of one byte each`);
});
