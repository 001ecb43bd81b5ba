import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { withWarnings } from './warnings.mjs';

/** @param {string} program */
const warningsOf = program =>
  withWarnings(options => {
    spawnSync(process.execPath, ['-e', program], { env: { NODE_OPTIONS: options }, stdio: 'ignore' });
  }).warnings;

test('a warning is seen although the process succeeds and nobody reads its standard error', () => {
  assert.match(warningsOf('process.emitWarning("seen")'), /Warning: seen/);
  assert.match(warningsOf('new Buffer(1)'), /DEP0005/);
});

test('a process without warnings leaves none', () => {
  assert.equal(warningsOf('process.stderr.write("not a warning")'), '');
});

test('the result of the action is handed on', () => {
  assert.equal(withWarnings(() => 7).result, 7);
});
