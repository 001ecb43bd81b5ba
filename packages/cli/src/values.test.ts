import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Expected } from './options.js';
import { decimal, fieldPath, integer, list, oneOf, text, uid } from './values.js';

test('integers are whole, decimal and in range', () => {
  const parse = integer(0, 10);
  assert.deepEqual(['0', '10', '007'].map(parse), [0, 10, 7]);
  for (const bad of ['11', '-1', '1.0', '1e0', '0x1', '', ' 1', '1\n'])
    assert.throws(() => parse(bad), Expected, bad);
  assert.equal(integer(1, Number.MAX_SAFE_INTEGER)('9007199254740991'), Number.MAX_SAFE_INTEGER);
  assert.equal(uid('4294967294'), 4294967294);
  assert.throws(() => uid('4294967295'), /a user id from 0 to 4294967294/);
});

test('decimals have an optional fraction', () => {
  const parse = decimal(60, 'seconds');
  assert.deepEqual(['0', '0.5', '60', '1.000000001'].map(parse), [0, 0.5, 60, 1.000000001]);
  for (const bad of ['.5', '5.', '-1', '60.1', '1e1', 'NaN', ''])
    assert.throws(() => parse(bad), Expected, bad);
});

test('a word out of several names the others', () => {
  const parse = oneOf('auto', 'always', 'never');
  assert.equal(parse('never'), 'never');
  assert.throws(() => parse('Never'), { message: 'auto, always or never' });
});

test('lists have no empty members and an end', () => {
  const parse = list(text('something'), 3);
  assert.deepEqual(parse('a,b,c'), ['a', 'b', 'c']);
  for (const bad of ['', 'a,', ',a', 'a,,b', 'a,b,c,d']) assert.throws(() => parse(bad), Expected, bad);
});

test('field names may lead into what a field holds', () => {
  assert.deepEqual(fieldPath('dns.age_ms'), ['dns', 'age_ms']);
  assert.deepEqual(fieldPath('answers.0.data'), ['answers', '0', 'data']);
  for (const bad of ['', '.', 'a.', '.a', 'a..b', '0', 'a b', 'a-b', 'a\n'])
    assert.throws(() => fieldPath(bad), Expected, bad);
});
