/** Run in a guest whose kernel is too old. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CommandName, runCommand } from '../lib/command.js';

const started: [CommandName, string[]][] = [
  ['tcpsource', ['--duration', '0']],
  ['dnssource', ['--duration', '0']],
  ['tcpjoin', ['--dns']],
];

for (const [command, args] of started) {
  test(`${command} ends with 69 and says which kernel is needed and why`, () => {
    const { code, stdout, stderr } = runCommand(command, args);
    assert.equal(code, 69, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, /^\w+: kernel 5\.10\.\S+ is too old: 5\.15 or later is needed, for .+$/m);
  });
}
