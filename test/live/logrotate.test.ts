import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Command, root } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { ledgerOf, nobodysDirectory } from '../lib/log.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

const snippet = readFileSync(join(root, 'packages/setup/systemd/tcppipe.logrotate'), 'utf8');
const rotations = 12;
/** Twice in each rotation. */
const connects = 1500;

test('logrotate rotates the log of a busy source, and each record is in one of its files', async t => {
  const [logs, own] = [nobodysDirectory(t), temporaryDirectory(t)];
  const log = join(logs, 'tcpsource.ndjson');
  const workload = new Workload(t, { storm: connects });
  const { closed_port: port } = await workload.hello;
  const source = new Command(t, 'tcpsource', ['-P', `${port}`, '-o', log]);
  const begun = (what: string, bytes: number) =>
    eventually(
      () => (existsSync(log) && statSync(log).size >= bytes) || undefined,
      () => `${what}; stderr: ${source.stderr}`,
    );
  await begun('the log', 1);

  const config = join(own, 'config');
  const user = ['-un', '-gn'].map(name => execFileSync('id', [name, 'nobody'], { encoding: 'utf8' }).trim());
  writeFileSync(
    config,
    snippet.replace('/var/log/tcppipe', logs).replace('su tcppipe tcppipe', `su ${user.join(' ')}`),
  );
  writeFileSync(join(own, 'systemctl'), `#!/bin/sh\necho "$@" >> ${own}/calls\nkill -HUP ${source.pid}\n`, {
    mode: 0o755,
  });
  const env = { ...process.env, PATH: `${own}:${process.env.PATH}:/usr/sbin` };
  for (let i = 1; i <= rotations; i++) {
    const round = workload.round();
    await promisify(execFile)('logrotate', ['--force', '--state', join(own, 'state'), config], { env });
    await round;
    await begun(`the new log of rotation ${i}`, 0);
    await workload.round(); // as an empty one would not be rotated
    await begun(`records after rotation ${i}`, 1);
  }
  const { code, stderr } = await source.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);

  const calls = readFileSync(join(own, 'calls'), 'utf8');
  assert.equal(calls, 'try-reload-or-restart tcppipe@*.service\n'.repeat(rotations));
  const older = (n: number) => (n === 1 ? `${log}.1` : `${log}.${n}.gz`);
  const files = [...Array.from({ length: rotations }, (_, i) => older(rotations - i)), log];
  assert.deepEqual(readdirSync(logs).length, files.length);
  const texts = files.map(file =>
    file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file),
  );
  const lines = texts.flatMap(text => text.toString().split('\n').slice(0, -1));
  assert.deepEqual(ledgerOf(lines.map(line => JSON.parse(line))), {
    events: rotations * 2 * connects,
    lost: 0,
  });
  assert.equal(statSync(log).mode & 0o777, 0o600);
});
