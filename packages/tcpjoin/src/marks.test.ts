import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Marks } from './marks.js';

test('addresses have numbers of their own, however many there are, and keep what is noted of them', () => {
  const marks = new Marks();
  const numbers = Array.from({ length: 5000 }, (_, i) => {
    const number = marks.take();
    marks.uses[number] = i;
    marks.changes[number] = i + 1;
    return number;
  });
  assert.equal(new Set(numbers).size, numbers.length);
  for (const [i, number] of numbers.entries()) {
    assert.equal(marks.uses[number], i);
    assert.equal(marks.changes[number], i + 1);
  }
});

test('the number of a forgotten address is given again, so that there are no more than addresses', () => {
  const marks = new Marks();
  for (let i = 0; i < 100_000; i++) marks.giveBack(marks.take());
  assert.equal(marks.uses.length, 1024);
});
