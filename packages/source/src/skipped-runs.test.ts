import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skippedRunsIn, unseenBy } from './skipped-runs.js';

test('the kernel says of a program how many of its runs it has skipped', () => {
  const fdinfo =
    'pos:\t0\nflags:\t02000002\nprog_type:\t26\nrun_cnt:\t0\nrecursion_misses:\t64\nverified_insns:\t9\n';
  assert.equal(skippedRunsIn(fdinfo), 64);
  assert.equal(skippedRunsIn('pos:\t0\nprog_type:\t26\n'), 0);
});

test('an event can only be lost where all programs that would see it were skipped', () => {
  assert.equal(unseenBy([]), 0);
  assert.equal(unseenBy([[7]]), 7);
  assert.equal(unseenBy([[64, 13, 0], [1]]), 1);
});
