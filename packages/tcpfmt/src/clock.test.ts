import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elapsedSinceFirst, timeOf, wallClock } from './clock.js';

test('time is measured by the kernel clock where both records have it, by the wall clock otherwise', () => {
  const elapsed = elapsedSinceFirst();
  assert.equal(elapsed({ ts: 1000, mono_us: 5_000_000 }), 0);
  assert.equal(elapsed({ ts: 2000, mono_us: 5_250_001 }), 250_001);
  assert.equal(elapsed({ ts: 1000.5 }), 500_000);
  assert.equal(elapsed({ ts: 'soon' }), undefined);
});

test('a count happened when its window began', () => {
  assert.equal(timeOf({ type: 'count', from: 60, ts: 1 }), 60);
  assert.equal(timeOf({ type: 'connect', from: 60, ts: 1 }), 1);
});

test('the wall clock is local and cut to the millisecond', () => {
  const date = new Date(2026, 0, 2, 3, 4, 5, 1);
  const ts = date.getTime() / 1000;
  const clock = wallClock();
  assert.equal(clock({ ts }), '03:04:05.001');
  assert.equal(clock({ ts: ts + 0.000999 }), '03:04:05.001');
  assert.equal(clock({}), undefined);
  assert.equal(clock({ ts: 1e300 }), undefined);
});

test('the wall clock goes on over the ends of seconds, in either direction', () => {
  const clock = wallClock();
  const at = (ms: number) => clock({ ts: new Date(2026, 0, 2, 3, 4, 5, ms).getTime() / 1000 });
  assert.deepEqual([999, 1000, 1999, 2000, 998].map(at), [
    '03:04:05.999',
    '03:04:06.000',
    '03:04:06.999',
    '03:04:07.000',
    '03:04:05.998',
  ]);
});
