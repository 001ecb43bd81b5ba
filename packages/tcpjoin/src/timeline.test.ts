import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timeline } from './timeline.js';

const hour = 3600e6;

function recorded(timeline: Timeline, run: string, mono_us: number, ts: number, fields = {}) {
  return timeline.momentOf({ type: 'connect', run, mono_us, ts, ...fields })!.time;
}

test('within a boot mono_us decides, however the wall clock is stepped', () => {
  const timeline = new Timeline();
  const first = recorded(timeline, 'a', 1e6, 1_795_000_000.5);
  assert.equal(recorded(timeline, 'a', 2e6, 1_794_990_000) - first, 1e6);
  assert.equal(recorded(timeline, 'a', 2e6 + 1, 1_795_990_000) - first, 1e6 + 1);
});

test('sources of one boot share its origin', () => {
  const timeline = new Timeline();
  const tcp = recorded(timeline, 'tcp', 1e6, 1_795_000_000);
  assert.equal(recorded(timeline, 'dns', 1e6 + 3, 1_795_000_000.2) - tcp, 3);
});

test('across boots ts decides', () => {
  const timeline = new Timeline();
  const before = recorded(timeline, 'a', 9 * hour, 1_795_000_000);
  assert.equal(recorded(timeline, 'b', 5e6, 1_795_000_100) - before, 100e6);
});

test('a ready record tells boots apart, and joins runs that a stepped clock would part', () => {
  const timeline = new Timeline();
  const first = recorded(timeline, 'a', 0, 1_795_000_000, { type: 'ready', boot_id: 'x' });
  assert.equal(recorded(timeline, 'b', 7, 1_795_999_000, { type: 'ready', boot_id: 'x' }) - first, 7);
  assert.equal(recorded(timeline, 'b', 9, 1_795_000_000) - first, 9);
  assert.equal(recorded(timeline, 'c', 1e6, 1_795_000_021, { type: 'ready', boot_id: 'y' }) - first, 21e6);
});

test('a record without mono_us stands at its ts, one without either nowhere', () => {
  const timeline = new Timeline();
  const first = recorded(timeline, 'a', 5, 1_795_000_000);
  assert.equal(timeline.momentOf({ ts: 1_795_000_001 })!.time - first, 1e6);
  for (const ts of [undefined, null, 'x', Number.NaN, 1e300])
    assert.equal(timeline.momentOf({ ts }), undefined);
});

test('mono_us without ts belongs to the boot at hand', () => {
  const timeline = new Timeline();
  const first = recorded(timeline, 'a', 5, 1_795_000_000);
  assert.equal(timeline.momentOf({ run: 'b', mono_us: 6 })!.time - first, 1);
});
