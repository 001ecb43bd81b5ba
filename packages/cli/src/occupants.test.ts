import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Occupants } from './occupants.js';

/**
 * What is answered to each look, of which `+` finds a file and `.` none; `-` is an event, `o` a file opened. A file is there in
 * the beginning.
 */
function answers(steps: string): (boolean | undefined)[] {
  const occupants = new Occupants();
  const said: (boolean | undefined)[] = [];
  for (const step of `o+${steps}`) {
    if (step === '-') occupants.noteEvent();
    else if (step === 'o') occupants.noteOpened();
    else said.push(occupants.haveMissed(step === '+'));
  }
  return said.slice(1);
}

const later = undefined;

test('one file after the other, heard of before or after it is opened', () => {
  assert.deepEqual(answers('--o++'), [later, false]);
  assert.deepEqual(answers('-o+-++'), [later, later, false]);
  assert.deepEqual(answers('o+--++'), [false, later, false]);
  assert.deepEqual(answers('-..-o++'), [later, false, later, false]);
  assert.deepEqual(answers('-o+--o+-++'), [later, later, later, false]);
});

test('a file that may be opened later only, and one that comes back, are no others', () => {
  assert.deepEqual(answers('--++o+'), [later, false, false]);
  assert.deepEqual(answers('--++--++'), [later, false, later, false]);
});

test('files that came and went are noticed once', () => {
  assert.deepEqual(answers('----o+++'), [later, true, false]);
  assert.deepEqual(answers('------o++'), [later, true]);
  assert.deepEqual(answers('-o+---++'), [later, later, true]);
  assert.deepEqual(answers('---..'), [later, true]);
  assert.deepEqual(answers('-..--..'), [later, false, later, true]);
  assert.deepEqual(answers('-..---o++'), [later, false, later, true]);
});

test('files moved over others, which make one event each, neither alarm nor hide what comes after', () => {
  assert.deepEqual(answers('-o++-o++----o++'), [later, false, later, false, later, true]);
  assert.deepEqual(answers('---o++-..-o++'), [later, false, later, false, later, false]);
});
