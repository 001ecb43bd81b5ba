import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Child } from '../lib/child.js';
import { programOf } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { Workload } from '../lib/workload.js';

/** Every mount point of cgroup v2, innermost first. */
function cgroupMounts(): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts
    .filter(line => line.includes(' - cgroup2 '))
    .map(line => line.split(' ')[4]!)
    .sort((a, b) => b.length - a.length);
}

/** A command line for a shell that sees no cgroup v2. */
function hidden(words: string[]): [string, ...string[]] {
  const unmounts = cgroupMounts().map(path => `umount -l '${path}'`);
  return ['unshare', '--mount', 'sh', '-c', [...unmounts, 'exec "$@"'].join(' && '), 'sh', ...words];
}

test('without cgroup v2 connects are seen all the same, less their local port, and it says so', async t => {
  const workload = new Workload(t, { blocking: 3, ipv6: 2, mapped: 2 });
  const { pid } = await workload.hello;
  const tracer = new Child(
    t,
    'tcpsource',
    hidden([process.execPath, programOf('tcpsource'), '--ready', '-p', `${pid}`]),
  );
  await eventually(
    () => tracer.lines.length > 0 || undefined,
    () => `a ready record; ${tracer.stderr}`,
  );
  const made = await workload.round();
  const { code, stderr } = await tracer.stop('SIGINT');
  assert.equal(code, 0);
  assert.match(stderr, /^tcpsource: running without local ports \(sport\)[^\n]*\n$/);
  const [ready, ...records] = tracer.lines.map(line => JSON.parse(line));
  assert.deepEqual(ready.hooks, ['state_change']);
  const facts = ({ sock, daddr, dport }: Record<string, unknown>) => ({ sock, daddr, dport });
  assert.deepEqual(
    records.map(facts),
    made.map(one => facts({ ...one })),
  );
  for (const record of records) assert.equal(record.sport, undefined);
});

test('without cgroup v2 DNS cannot be seen, and dnssource says what to do', () => {
  const [program, ...args] = hidden([process.execPath, programOf('dnssource')]);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 69);
  assert.equal(stdout, '');
  assert.match(stderr, /^dnssource: no cgroup v2 is mounted[^\n]*mount -t cgroup2[^\n]*\n$/);
});
