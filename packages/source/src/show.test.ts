import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WallClock } from './clock.js';
import { Emitter } from './emitter.js';
import { show } from './show.js';
import type { Reading } from './tracing.js';

/** A ring that says what is done to it, and an output that is full until it is told otherwise. */
function shown() {
  const calls: string[] = [];
  const stopping = new AbortController();
  let takeAll = () => {};
  const taken = new Promise<void>(resolve => {
    takeAll = resolve;
  });
  let reading: Reading | undefined;
  const out = { full: true, flush() {}, room: () => taken, drained: () => taken };
  const tracing = {
    hooks: [],
    read(given: Reading) {
      reading = given;
    },
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    async finish(room?: () => Promise<void>) {
      calls.push('finish');
      await room!();
      calls.push('finished');
    },
  };
  const clock = new WallClock(() => 0);
  const emitter = new Emitter('test', () => {}, clock);
  const done = show({ out, stop: stopping.signal }, tracing, emitter, clock, {
    ringBytes: 65_536,
    hasUserOption: false,
    fate: 'written',
    begin() {},
    record() {},
  });
  return { calls, done, batchRead: () => reading!.batchRead(), stop: () => stopping.abort(), takeAll };
}

test('a full output pauses the ring until all is taken', async () => {
  const { calls, done, batchRead, stop, takeAll } = shown();
  batchRead();
  assert.deepEqual(calls, ['pause']);
  takeAll();
  await Promise.resolve();
  assert.deepEqual(calls, ['pause', 'resume']);
  stop();
  await done;
});

test('one that was full when the end came does not set the ring going again: the rest is read as there is room for it', async () => {
  const { calls, done, batchRead, stop, takeAll } = shown();
  batchRead();
  stop();
  takeAll();
  await done;
  assert.deepEqual(calls, ['pause', 'finish', 'finished']);
});
