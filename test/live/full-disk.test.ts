import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Child } from '../lib/child.js';
import { programOf } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { ledgerOf, recordsOf } from '../lib/log.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

/** tcpsource with a log on a disk of its own, which goes with it. */
async function onSmallDisk(t: TestContext, size: string, ...options: string[]) {
  const directory = temporaryDirectory(t);
  const log = join(directory, 'log');
  const mount = `mount -t tmpfs -o size=${size},mode=777 small '${directory}'`;
  const argv = [process.execPath, programOf('tcpsource'), '-o', log, ...options];
  const script = `${mount} && exec "$@"`;
  const source = new Child(t, 'tcpsource', ['unshare', '--mount', 'sh', '-c', script, 'sh', ...argv]);
  const inside = (file: string) => `/proc/${source.pid}/root${join(directory, file)}`;
  await eventually(
    () => (existsSync(inside('log')) && readFileSync(inside('log'), 'utf8').includes('"ready"')) || undefined,
    () => `a ready record; stderr: ${source.stderr}`,
  );
  return { source, log, inside };
}

/** Writes to a file until its disk is full. */
function fill(file: string): void {
  const fd = openSync(file, 'w');
  try {
    for (;;) writeSync(fd, Buffer.alloc(4096));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    closeSync(fd);
  }
}

/** A descriptor's name, which stays when the mount has gone. */
function kept(t: TestContext, file: string): string {
  const fd = openSync(file, 'r');
  t.after(() => closeSync(fd));
  return `/proc/self/fd/${fd}`;
}

test('a full disk ends a source with 74, one line that says where and why, and whole records', async t => {
  const workload = new Workload(t, { storm: 5000 });
  const { closed_port: port } = await workload.hello;
  const { source, log, inside } = await onSmallDisk(t, '256k', '-P', `${port}`);
  const file = kept(t, inside('log'));
  await workload.round();
  const { code, stdout, stderr } = await source.end();
  assert.deepEqual([code, stdout, stderr], [74, '', `tcpsource: ${log}: no space left on device\n`]);
  const { events, lost } = ledgerOf(recordsOf(file));
  assert.ok(events > 100 && lost === 0, `${events} events`);
});

for (const strict of [false, true]) {
  test(`--on-full=drop goes on${strict ? ', and --strict makes that a failure' : ' when there is room again, and counts what it dropped'}`, async t => {
    const storm = 5000;
    const workload = new Workload(t, { storm });
    const { closed_port: port } = await workload.hello;
    const options = ['-P', `${port}`, '--on-full', 'drop', ...(strict ? ['--strict'] : [])];
    const { source, log, inside } = await onSmallDisk(t, '8m', ...options);
    const file = kept(t, inside('log'));
    fill(inside('fill'));
    await workload.round();
    await eventually(
      () => source.stderr.includes('\n') || undefined,
      () => 'a message that lines are dropped',
    );
    rmSync(inside('fill'));
    source.process.kill('SIGUSR1');
    await eventually(
      () => /\d+ of their lines dropped/.test(source.stderr) || undefined,
      () => `the counters; stderr: ${source.stderr}`,
    );
    await workload.round();
    const { code, stderr } = await source.stop('SIGINT');
    assert.equal(code, strict ? 1 : 0);
    const records = recordsOf(file);
    const { events, lost } = ledgerOf(records);
    assert.equal(events + lost, 2 * storm);
    assert.ok(events >= storm);
    const dropped = Number(/^tcpsource: (\d+) lines dropped: no room in .*$/m.exec(stderr)?.[1]);
    assert.equal(lost, dropped);
    assert.ok(
      stderr.startsWith(
        `tcpsource: ${log}: no space left on device; lines are dropped until there is room\n`,
      ),
    );
  });
}
