import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueAt } from './path.js';

test('a path leads through objects and lists', () => {
  const record = { dns: { age_ms: 3 }, answers: [{ data: '::1' }], query: null };
  assert.equal(valueAt(record, ['dns', 'age_ms']), 3);
  assert.equal(valueAt(record, ['answers', '0', 'data']), '::1');
  assert.equal(valueAt(record, ['query']), null);
});

test('a path that leads nowhere gives undefined', () => {
  const record = { dns: null, comm: 'curl' };
  assert.equal(valueAt(record, ['dns', 'age_ms']), undefined);
  assert.equal(valueAt(record, ['comm', 'length']), undefined);
  assert.equal(valueAt(record, ['pid']), undefined);
});

test('what objects inherit is no field', () => {
  assert.equal(valueAt({}, ['constructor']), undefined);
  assert.equal(valueAt({}, ['__proto__', 'toString']), undefined);
  assert.equal(valueAt(JSON.parse('{"__proto__":{"x":1}}'), ['__proto__', 'x']), 1);
});
