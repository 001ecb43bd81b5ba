import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, runCommand } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { ledgerOf, nobody, nobodysDirectory, recordsOf } from '../lib/log.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

function exists(file: string): Promise<boolean> {
  return eventually(
    () => existsSync(file) || undefined,
    () => file,
  );
}

test('a source without privilege reopens its file at speed, and each record is there once', async t => {
  const connects = 30_000;
  const workload = new Workload(t, { storm: connects });
  const { closed_port: port } = await workload.hello;
  const log = join(nobodysDirectory(t), 'log');
  const source = new Command(t, 'tcpsource', ['-P', `${port}`, '-o', log]);
  await exists(log);
  assert.deepEqual([statSync(log).uid, statSync(log).mode & 0o777], [nobody, 0o600]);
  let isDone = false;
  const round = workload.round().then(() => {
    isDone = true;
  });
  let renamed = 0;
  for (; !isDone || renamed < 10; ) {
    if (existsSync(log)) {
      renameSync(log, `${log}.${++renamed}`);
      source.process.kill('SIGHUP');
    }
    await new Promise(resolve => setTimeout(resolve, 1));
  }
  await round;
  await exists(log);
  const { code, stderr } = await source.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
  const files = [...Array.from({ length: renamed }, (_, i) => `${log}.${i + 1}`), log];
  assert.deepEqual(ledgerOf(recordsOf(...files)), { events: connects, lost: 0 });
  t.diagnostic(`${renamed} reopened files`);
});

test('a source refuses a file that it could not reopen, and says what to do', t => {
  const roots = temporaryDirectory(t);
  const [fresh, own] = [join(roots, 'log'), join(nobodysDirectory(t), 'log')];
  writeFileSync(own, 'old\n', { mode: 0o600 });
  for (const [file, place] of [
    [fresh, roots],
    [own, own],
  ] as const) {
    const { code, stdout, stderr } = runCommand('tcpsource', ['--duration', '0', '-o', file]);
    assert.deepEqual([code, stdout], [77, '']);
    assert.match(
      stderr,
      new RegExp(`^tcpsource: uid ${nobody}, .* may not write to ${place}, .*--user[^\n]*\n$`),
    );
  }
  assert.equal(existsSync(fresh), false);
  assert.equal(readFileSync(own, 'utf8'), 'old\n');
});

test('a source does not write where only root may, whatever leads there', t => {
  const [trap, secret] = [join(nobodysDirectory(t), 'trap'), temporaryDirectory(t)];
  symlinkSync(secret, trap);
  const { code } = runCommand('tcpsource', ['--duration', '0', '-o', join(trap, 'log')]);
  assert.equal(code, 77);
  assert.equal(existsSync(join(secret, 'log')), false);
});
