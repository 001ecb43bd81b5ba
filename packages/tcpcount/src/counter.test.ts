import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveBytes } from '@tcppipe/cli/testing';
import { Counter } from './counter.js';

test('a key keeps nothing in memory of the block of lines that it was cut out of', () => {
  const keys = 2000;
  const before = liveBytes();
  const counter = new Counter([['daddr']], keys);
  for (let i = 0; i < keys; i++) {
    const block = Buffer.alloc(60_000, `2001:db8::${1000 + i} `).toString('latin1');
    counter.add({ type: 'connect', daddr: block.slice(0, 14) }, 1);
  }
  const used = liveBytes() - before;
  assert.ok(used < 1000 * keys, `${used} bytes`);
  assert.equal(counter.records(1, undefined)[0]!.daddr, '2001:db8::1000');
});

test('keys are the text that the records have, whatever it is', () => {
  const counter = new Counter([['comm']], 10);
  const comms = ['', 'żółw', '\ud800 alone', 'x'.repeat(1000), '\u{1f422}'];
  for (const comm of comms) counter.add({ type: 'connect', comm }, 1);
  const found = counter.records(10, undefined).map(({ comm }) => comm);
  assert.deepEqual(found, comms.toSorted());
});

test('a key that fits no line counts as other, however its characters are written', () => {
  const counter = new Counter([['comm']], 10);
  for (const comm of ['a'.repeat(16_000), '\u00ad'.repeat(2000), 'b'.repeat(16_300), '\u00ad'.repeat(8000)])
    counter.add({ type: 'connect', comm }, 1);
  const records = counter.records(10, undefined);
  assert.deepEqual(
    records.map(({ comm, connects, other }) => [(comm as string | undefined)?.length, connects, other]),
    [
      [16_000, 1, undefined],
      [2000, 1, undefined],
      [undefined, 2, true],
    ],
  );
});
