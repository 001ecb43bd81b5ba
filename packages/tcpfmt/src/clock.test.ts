import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Boots } from './boots.js';
import { elapsedSinceFirst, wallClock } from './clock.js';

test('time is measured by the kernel clock where both records have it, by the wall clock otherwise', () => {
  const elapsed = elapsedSinceFirst();
  assert.equal(elapsed({ ts: 1000, mono_us: 5_000_000 }), 0);
  assert.equal(elapsed({ ts: 1059, mono_us: 5_250_001 }), 250_001);
  assert.equal(elapsed({ mono_us: 4_000_000 }), -1_000_000);
  assert.equal(elapsed({ ts: 1000.5 }), 500_000);
  assert.equal(elapsed({ ts: 'soon' }), undefined);
});

test('what has no time is none to measure from', () => {
  const elapsed = elapsedSinceFirst();
  assert.equal(elapsed({ type: 'connect' }), undefined);
  assert.equal(elapsed({ ts: 100.5 }), 0);
  assert.equal(elapsed({ ts: 101.75 }), 1_250_000);
});

test('after a reboot time is measured by the wall clock, however the two clocks stand', () => {
  const elapsed = elapsedSinceFirst();
  assert.equal(elapsed({ ts: 100_000, mono_us: 86_400e6, run: 'a' }), 0);
  assert.equal(elapsed({ ts: 100_090, mono_us: 20e6, run: 'b' }), 90e6);
  assert.equal(elapsed({ ts: 100_002, mono_us: 86_402.5e6, run: 'c' }), 2.5e6);
  assert.equal(elapsed({ ts: 200_000, mono_us: 86_500e6 }), 100_000e6);
});

test('a step of the wall clock is none of the kernel clock in one run, nor in another of the same boot', () => {
  const boots = new Boots();
  for (const run of ['a', 'b']) boots.learn({ run, boot_id: 'one' });
  const elapsed = elapsedSinceFirst(boots);
  assert.equal(elapsed({ ts: 1000, mono_us: 5e6, run: 'a' }), 0);
  assert.equal(elapsed({ ts: 4601, mono_us: 6e6, run: 'a' }), 1e6);
  assert.equal(elapsed({ ts: 4602, mono_us: 7e6, run: 'b' }), 2e6);
  assert.equal(elapsed({ ts: 4603, mono_us: 8e6, run: 'c' }), 3603e6, 'nobody says of which boot');
});

test('two boots that ready records name are two, however soon the one came after the other', () => {
  const boots = new Boots();
  const elapsed = elapsedSinceFirst(boots);
  boots.learn({ run: 'a', boot_id: 'one' });
  assert.equal(elapsed({ ts: 1000, mono_us: 15e6, run: 'a' }), 0);
  boots.learn({ run: 'b', boot_id: 'two' });
  assert.equal(elapsed({ ts: 1030, mono_us: 5e6, run: 'b' }), 30e6);
  assert.equal(elapsed({ ts: 1031, mono_us: 16e6, run: 'a' }), 1e6);
  assert.equal(elapsed({ ts: 1031, mono_us: 17e6, run: 'c' }), 2e6, 'nobody says of which boot');
});

test('of the last 1,024 runs it is known in which boot they were', () => {
  const boots = new Boots();
  for (let run = 0; run <= 1024; run++) boots.learn({ run: `${run}`, boot_id: 'one' });
  assert.deepEqual(
    ['0', '1', '1024'].map(run => boots.areOne(run, '500')),
    [undefined, true, true],
  );
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
