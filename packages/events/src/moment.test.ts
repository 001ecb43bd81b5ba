import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeOf } from './moment.js';

test('a count happened when its window began', () => {
  assert.equal(timeOf({ type: 'count', from: 60, ts: 1 }), 60);
  assert.equal(timeOf({ type: 'connect', from: 60, ts: 1 }), 1);
});
