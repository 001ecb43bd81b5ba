import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Occupants } from './occupants.js';

/**
 * Whether anything was missed: `-` is an event, `o` a file opened, `+` a look that finds a file, `.` one that finds none, and
 * `|` the end of a turn. A file is there in the beginning.
 */
function missed(steps: string): number {
  const occupants = new Occupants();
  let times = 0;
  occupants.noteOpened();
  occupants.noteLook(true);
  occupants.begin();
  for (const step of `${steps}||`) {
    if (step === '-') occupants.noteEvent();
    else if (step === 'o') occupants.noteOpened();
    else if (step === '|') times += Number(occupants.endTurn());
    else occupants.noteLook(step === '+');
  }
  assert.equal(occupants.isUnsettled, false, steps);
  return times;
}

test('one file after the other, heard of before or after it is opened', () => {
  for (const steps of [
    '--o+|',
    '-o+|-|',
    'o+|--|',
    '-.||-o+',
    'o+|--o+|--|',
    'o+o+|--|--',
    '.|-|o+|-',
    '.|--o+',
  ])
    assert.equal(missed(steps), 0, steps);
});

test('of one that was opened early, and the next, all events come together', () => {
  assert.equal(missed('o+|----o+|'), 0);
  assert.equal(missed('o+o+|----'), 0);
  assert.equal(missed('.o+|---.|-o+'), 0);
});

test('a file that may be opened later only, and one that comes back, are no others', () => {
  for (const steps of ['--+||o+', '--+||--+', '-.||-+']) assert.equal(missed(steps), 0, steps);
});

test('files that came and went are noticed once', () => {
  for (const steps of ['----o+||', '------o+', '-o+|---+', '---.', '-.||--.', '-.||---o+', '----o+||--o+'])
    assert.equal(missed(steps), 1, steps);
  assert.equal(missed('----o+||----o+'), 2);
});

test('files moved over others, which make one event each, neither alarm nor hide what comes after', () => {
  assert.equal(missed('-o+||-o+||----o+'), 1);
  assert.equal(missed('---o+||-.||-o+'), 0);
});
