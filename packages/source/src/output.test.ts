import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf } from '@tcppipe/events';
import { lostLine } from './output.js';

test('records without room become a lost record that takes their numbers', () => {
  const first = '{"type":"connect","ts":1.5,"mono_us":5,"run":"0123abcd","seq":7,"daddr":"192.0.2.1"}';
  const next =
    '{"type":"lost","ts":3,"mono_us":9,"run":"0123abcd","seq":19,"tool":"tcpsource","count":2,"reason":"ring_full"}';
  const lost = JSON.parse(lostLine('tcpsource', first, next));
  assert.equal(problemOf(lost), undefined);
  assert.deepEqual(lost, {
    type: 'lost',
    ts: 1.5,
    mono_us: 5,
    run: '0123abcd',
    seq: 7,
    tool: 'tcpsource',
    count: 12,
    reason: 'no_room',
  });
});
