import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { WallClock } from './clock.js';
import { Emitter } from './emitter.js';
import { Losses, lostMessage } from './losses.js';

/** Stands in for one timer at a time; returns what lets time pass, in milliseconds. Node's own stand-in is experimental. */
function ownTime(t: TestContext): (ms: number) => void {
  let due: { at: number; call: () => void } | undefined;
  let now = 0;
  t.mock.method(globalThis, 'setTimeout', (call: () => void, ms: number) => {
    due = { at: now + ms, call };
    return { unref() {} };
  });
  t.mock.method(globalThis, 'clearTimeout', () => {
    due = undefined;
  });
  return ms => {
    now += ms;
    if (!due || due.at > now) return;
    const { call } = due;
    due = undefined;
    call();
  };
}

function losses(t: TestContext) {
  const tick = ownTime(t);
  const counters = { full: 0, broken: 0 };
  const object = {
    readGlobal(name: string) {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32LE(counters[name as keyof typeof counters]);
      return bytes;
    },
  };
  const records: AnyRecord[] = [];
  const emitter = new Emitter('test', record => records.push(record as AnyRecord), new WallClock(() => 0));
  let late = 0;
  const said = () => late++;
  const subject = new Losses(object, { full: 'ring_full', broken: 'undecodable' }, emitter, said);
  const saying = () => records.splice(0).map(({ reason, count, seq }) => [reason, count, seq]);
  return {
    counters,
    emitter,
    subject,
    saying,
    calls: () => late,
    tick,
  };
}

test('the first loss is said at once, the next ones together half a second later, with exact counts and numbers', t => {
  const { counters, emitter, subject, saying, calls, tick } = losses(t);
  counters.full = 3;
  subject.report();
  assert.deepEqual(saying(), [['ring_full', 3, 0]]);
  for (let i = 0; i < 10; i++) {
    counters.full += 2;
    emitter.lose(1, 'undecodable');
    subject.report();
  }
  tick(499);
  assert.deepEqual(saying(), []);
  tick(1);
  assert.deepEqual(saying(), [
    ['undecodable', 10, 3],
    ['ring_full', 20, 13],
  ]);
  assert.equal(calls(), 1);
  assert.equal(emitter.lost, 33);
  assert.equal(emitter.stampNow().seq, 33);
});

test('after half a second without a loss the next is said at once again', t => {
  const { emitter, subject, saying, calls, tick } = losses(t);
  for (let i = 0; i < 2; i++) {
    emitter.lose(1, 'undecodable');
    subject.report();
    assert.deepEqual(saying(), [['undecodable', 1, i]]);
    tick(500);
  }
  assert.equal(calls(), 0);
});

test('at the end all is said; after the close nothing is', t => {
  const { counters, emitter, subject, saying, tick } = losses(t);
  counters.broken = 1;
  subject.report();
  counters.broken = 5;
  subject.finish(3);
  assert.deepEqual(saying(), [
    ['undecodable', 1, 0],
    ['undecodable', 4, 1],
    ['shutdown', 3, 5],
  ]);
  emitter.lose(1, 'undecodable');
  subject.report();
  emitter.lose(1, 'undecodable');
  subject.close();
  saying();
  tick(10_000);
  assert.deepEqual(saying(), []);
});

test('the account for people says for each reason how many, and what helps where something does', () => {
  const lost = new Map([
    ['ring_full', 3],
    ['undecodable', 2],
  ]);
  assert.equal(
    lostMessage(lost),
    '5 events lost: 3 ring_full (a larger --ring-size or a faster reader helps), 2 undecodable',
  );
});
