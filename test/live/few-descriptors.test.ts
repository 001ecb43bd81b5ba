import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { programOf, sources } from '../lib/command.js';

/** Limits of open files, from what Node itself needs to more than any source does. */
const limits = Array.from({ length: 12 }, (_, i) => 30 + 3 * i);

const refusal =
  /^\w+: this process may open only \d+ more files, and needs 40: raise its limit \(ulimit -n\)\n$/;

for (const source of sources) {
  const events = source === 'tcpsource' ? ['-e', 'all'] : [];
  test(`${source} says that it may not open enough files, or else traces`, () => {
    const refused = limits.map(limit => {
      const args = [`--nofile=${limit}`, process.execPath, programOf(source), '--ready', '--duration', '0.1'];
      const { status, stdout, stderr } = spawnSync('prlimit', [...args, ...events], { encoding: 'utf8' });
      if (status === 69) {
        assert.match(stderr, refusal);
        assert.equal(stdout, '');
        return true;
      }
      assert.deepEqual([status, stderr], [0, ''], `${limit}`);
      assert.match(stdout, /^{"type":"ready",/);
      return false;
    });
    assert.equal(refused[0], true);
    assert.equal(refused.at(-1), false);
  });
}
