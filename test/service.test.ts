import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, sources } from './lib/command.js';
import { temporaryDirectory } from './lib/pipeline.js';

const shipped = join(root, 'packages/setup/systemd');

/** The unit of a source as it would be found where the commands are installed. */
function unitOf(source: string, directory: string): string {
  const text = readFileSync(join(shipped, 'tcppipe@.service'), 'utf8');
  const unit = join(directory, `tcppipe@${source}.service`);
  const program = `${process.execPath} ${root}/packages/%i/dist/bin.js`;
  writeFileSync(unit, text.replace(/^ExecStart=%i /m, `ExecStart=${program} `));
  return unit;
}

function analyze(...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, stdout, stderr, isMissing: error !== undefined };
}

const skip = analyze('--version').isMissing && 'no systemd-analyze here';

for (const source of sources) {
  test(`systemd has nothing to say against the unit of ${source}`, { skip }, t => {
    const { status, stdout, stderr } = analyze('verify', unitOf(source, temporaryDirectory(t)));
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
  });
}

test('the unit is as hardened as its README says', { skip }, t => {
  const unit = unitOf('tcpsource', temporaryDirectory(t));
  const said = /gives it (\d+\.\d) of 10/.exec(readFileSync(join(shipped, 'README.md'), 'utf8'))![1]!;
  const { status, stdout } = analyze('security', '--offline=yes', `--threshold=${Number(said) * 10}`, unit);
  assert.equal(status, 0, stdout);
  assert.match(stdout, new RegExp(`Overall exposure level for .*: ${said} OK`));
});
