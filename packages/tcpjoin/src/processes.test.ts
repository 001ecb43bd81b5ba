import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Owners } from './owners.js';
import { Processes } from './processes.js';

const netns = 4_026_531_840;
const owners = new Owners();
const process = (pid: number, start = pid, space = netns) =>
  owners.of({ pid, start, netns: space, mntns: Number.NaN, boot: 0 });

test('of each process the earliest time counts', () => {
  const processes = new Processes(10);
  const one = process(1);
  for (const time of [200, 100, 300]) processes.heard(one, time);
  assert.ok(processes.hadHeardNothingBy(one, 99));
  assert.ok(!processes.hadHeardNothingBy(one, 100));
  assert.ok(!processes.wasEncryptedBy(one, 1000));
  processes.encrypted(one, 150);
  assert.deepEqual(
    [149, 150].map(at => processes.wasEncryptedBy(one, at)),
    [false, true],
  );
});

test('spaces are those in which it received answers, four at most; a process that did nothing has none', () => {
  const processes = new Processes(10);
  assert.equal(processes.spacesOf(process(1)), undefined);
  processes.heard(process(1), 100);
  assert.deepEqual(processes.spacesOf(process(1)), []);
  for (const space of [5, 6, 5, 7, 8, 9]) processes.answered(process(1, 1, space), 100);
  assert.deepEqual(processes.spacesOf(process(1)), [5, 6, 7, 8]);
});

test('a pid in use again is another process, of which an earlier one is not remembered any more', () => {
  const processes = new Processes(10);
  processes.answered(process(1, 10), 100);
  processes.encrypted(process(1, 10), 100);
  processes.heard(process(1, 200), 250);
  assert.equal(processes.spacesOf(process(1, 10)), undefined);
  assert.deepEqual(processes.spacesOf(process(1, 200)), []);
  assert.ok(!processes.wasEncryptedBy(process(1, 200), 1000));
  processes.answered(process(1, 10), 300);
  assert.deepEqual(processes.spacesOf(process(1, 200)), []);
});

test('of who may have been forgotten nothing is said; rows are used again, with nothing left of who had them', () => {
  const max = 3000;
  const processes = new Processes(max);
  const last = 2 * max;
  for (let pid = 1; pid <= last; pid++) {
    processes.answered(process(pid, 10 * pid, pid), 10 * pid + 1);
    if (pid % 2 === 0) processes.encrypted(process(pid, 10 * pid), 10 * pid + 2);
  }
  assert.deepEqual(processes.size, { known: max, rows: max + 1 });
  assert.equal(processes.spacesOf(process(last - max, 10 * (last - max))), undefined);
  for (let pid = last - max + 1; pid <= last; pid++) {
    assert.deepEqual(processes.spacesOf(process(pid, 10 * pid)), [pid]);
    assert.equal(processes.wasEncryptedBy(process(pid, 10 * pid), last * 10 + 2), pid % 2 === 0);
  }
  const forgottenUntil = 10 * (last - max) + 2;
  assert.ok(!processes.hadHeardNothingBy(process(1_000_000, forgottenUntil), forgottenUntil));
  assert.ok(processes.hadHeardNothingBy(process(1_000_000, forgottenUntil + 1), forgottenUntil + 1));
});

test('of one that comes back after it was forgotten it is not said that it had heard nothing', () => {
  const processes = new Processes(1);
  processes.heard(process(1), 100);
  processes.heard(process(2), 110);
  processes.heard(process(1), 300);
  assert.ok(!processes.hadHeardNothingBy(process(1), 200));
});

test('nor of an earlier process of a pid that is in use again', () => {
  const processes = new Processes(10);
  processes.heard(process(1, 2000), 2001);
  processes.heard(process(1, 100), 110);
  assert.ok(!processes.hadHeardNothingBy(process(1, 100), 120));
});

test('every change of whom it knows, and in which spaces, is one that is seen', () => {
  const processes = new Processes(1);
  const changed = (act: () => void) => {
    const before = processes.changes;
    act();
    return processes.changes !== before;
  };
  assert.ok(changed(() => processes.heard(process(1), 100)));
  assert.ok(!changed(() => processes.heard(process(1), 50)));
  assert.ok(changed(() => processes.answered(process(1), 100)));
  assert.ok(!changed(() => processes.answered(process(1), 101)));
  assert.ok(changed(() => processes.heard(process(1, 200), 200)));
  assert.ok(changed(() => processes.heard(process(2), 100)));
  assert.equal(processes.spacesOf(process(1, 200)), undefined);
});
