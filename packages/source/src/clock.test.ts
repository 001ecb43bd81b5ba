import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WallClock } from './clock.js';

test('wall-clock time is that of the stamp, with at most six decimals', () => {
  const clock = new WallClock(() => 1_795_000_000_000_000);
  assert.equal(clock.ts(123_456), 1_795_000_000.123456);
  for (let us = 0; us < 1_000_000; us += 9_973) assert.match(String(clock.ts(us)), /^\d+(\.\d{1,6})?$/);
});

test('a step of the wall clock is followed, jitter of reading it is not', () => {
  let offset = 1_000_000_000;
  const clock = new WallClock(() => offset);
  offset += 60;
  clock.follow();
  assert.equal(clock.ts(0), 1000);
  offset += 3_600_000_000;
  clock.follow();
  assert.equal(clock.ts(0), 4600.00006);
});

test('the time since boot does not step with the wall clock', t => {
  const bootUs = 1_795_000_000_000_000;
  let [stepUs, sinceBootMs] = [0, 5000];
  t.mock.method(Date, 'now', () => (bootUs + stepUs) / 1000 + sinceBootMs);
  const clock = new WallClock(() => bootUs + stepUs);
  assert.equal(clock.monoUs(), 5_000_000);
  [stepUs, sinceBootMs] = [-3_600_000_000, 6000];
  assert.equal(clock.monoUs(), 6_000_000);
});
