import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Waits } from './waits.js';

const nothing = Number.NEGATIVE_INFINITY;

test('what came is due when it has waited for the slack', () => {
  const waits = new Waits(100);
  assert.equal(waits.untilDue(0), undefined);
  waits.enter(1000, 7);
  waits.enter(1010, 5);
  waits.enter(1020, 9);
  assert.equal(waits.untilDue(1030), 70);
  assert.deepEqual(waits.takeDue(1099), { since: 999, upTo: nothing });
  assert.deepEqual(waits.takeDue(1110), { since: 1010, upTo: 7 });
  assert.equal(waits.untilDue(1110), 10);
  assert.deepEqual(waits.takeDue(1120), { since: 1020, upTo: 9 });
  assert.ok(waits.isEmpty);
});

test('what is put back waits for a quarter of the slack where somebody may soon come past it, else for all of it', () => {
  for (const [isSoon, untilDue] of [
    [true, 25],
    [false, 100],
  ] as const) {
    const waits = new Waits(100);
    waits.enter(1000, 7);
    waits.enter(1090, 9);
    waits.putBack(waits.takeDue(1100), isSoon);
    assert.equal(waits.untilDue(1100), untilDue);
    assert.equal(waits.takeDue(1100 + untilDue).upTo, isSoon ? 7 : 9);
  }
});

test('it is never due in less than a millisecond', () => {
  const waits = new Waits(100);
  waits.enter(1000, 7);
  assert.equal(waits.untilDue(5000), 1);
  waits.clear();
  assert.equal(waits.untilDue(5000), undefined);
});

test('what comes when a thousand wait is due with the last of them', () => {
  const waits = new Waits(100);
  for (let ms = 0; ms < 2000; ms++) waits.enter(ms, ms);
  assert.equal(waits.takeDue(1122).upTo, 1022);
  assert.equal(waits.takeDue(1123).upTo, 1999);
  assert.ok(waits.isEmpty);
});
