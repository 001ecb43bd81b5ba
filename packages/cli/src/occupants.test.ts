import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Occupants } from './occupants.js';

/** What is answered to each `?`; `-` is an event, `o` a file opened. */
function answers(steps: string): boolean[] {
  const occupants = new Occupants();
  const said: boolean[] = [];
  for (const step of steps) {
    if (step === '-') occupants.changed();
    else if (step === 'o') occupants.opened();
    else said.push(occupants.takeUnseen());
  }
  return said;
}

test('one file after the other, heard of before or after it is opened', () => {
  assert.deepEqual(answers('-o?-?-o?--o?o?--?-o?-?'), Array(8).fill(false));
});

test('files that came and went are noticed once', () => {
  assert.deepEqual(answers('-o?----o??--o?'), [false, true, false, false]);
  assert.deepEqual(answers('-o?------o?'), [false, true]);
  assert.deepEqual(answers('-o?-o?---?'), [false, false, true]);
  assert.deepEqual(answers('-o?---?'), [false, true]);
  assert.deepEqual(answers('?--?'), [false, true]);
});

test('files moved over others, which make one event each, are nothing to be alarmed about', () => {
  assert.deepEqual(answers('-o?-o?-o?-o?--o?'), Array(5).fill(false));
});
