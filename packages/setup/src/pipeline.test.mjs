import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { commandLine } from './pipeline.mjs';

test('stages are joined by pipes and plain words stay as they are', () => {
  assert.equal(
    commandLine([
      ['sudo', '/usr/bin/node', 'a/b.js'],
      ['c', '--dns'],
    ]),
    'sudo /usr/bin/node a/b.js | c --dns',
  );
});

test('the shell reads every word back as it was', () => {
  const words = ["it's", 'a b', '$HOME', '*', '', '"', '\\', '~'];
  const output = execFileSync('/bin/sh', ['-c', commandLine([['printf', '%s\\n', ...words], ['cat']])]);
  assert.equal(String(output), `${words.join('\n')}\n`);
});
