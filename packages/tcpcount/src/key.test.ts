import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareKeys, keyText } from './key.js';

const paths = [['a'], ['b']];

test('keys are equal exactly when their values are', () => {
  const value = fc.option(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), {
    nil: undefined,
  });
  fc.assert(
    fc.property(value, value, value, value, (a, b, c, d) => {
      const same = Object.is(a, c) && Object.is(b, d);
      assert.equal(keyText({ a, b }, paths) === keyText({ a: c, b: d }, paths), same);
    }),
  );
});

test('text that looks like a boundary, a number or nothing does not collide', () => {
  const texts = [
    { a: 'a', b: 'b,c' },
    { a: 'a,b', b: 'c' },
    { a: '1', b: 1 },
    { a: 1, b: '1' },
    { a: '-' },
    { b: '-' },
    { a: null },
    { a: 'null' },
    {},
    { a: { b: 1 } },
    { a: '{"b":1}' },
  ].map(record => keyText(record, paths));
  assert.equal(new Set(texts).size, texts.length);
});

test('numbers sort as numbers, text by code unit, absent values first', () => {
  const sorted = [['b'], [10], ['a'], [9], [undefined], [true], [null]].toSorted(compareKeys);
  assert.deepEqual(sorted, [[undefined], [9], [10], ['a'], ['b'], [null], [true]]);
});
