import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './run.mjs';
import { STAGES, selectedStages } from './stages.mjs';

/** @param {string[]} names */
const names = names => selectedStages(names).map(({ name }) => name);

test('without a name every stage runs, the cheapest first', () => {
  assert.deepEqual(names([]), ['lint', 'types', 'unit', 'pipeline', 'live']);
  assert.equal(selectedStages([]), STAGES);
});

test('named stages run in their own order, whether separated by commas or options', () => {
  assert.deepEqual(names(['unit,lint']), ['lint', 'unit']);
  assert.deepEqual(names(['live', 'types']), ['types', 'live']);
});

test('an unknown name is a usage error that lists the known ones', () => {
  assert.throws(
    () => selectedStages(['unti']),
    error => error instanceof UsageError && /"unti".*lint, types/.test(error.message),
  );
});
