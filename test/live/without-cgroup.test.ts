import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isKernelSince } from '@tcppipe/source';
import { bccProgramOf } from '../lib/bcc.js';
import { Child } from '../lib/child.js';
import { programOf } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { cgroup, run } from '../lib/namespaces.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

/** Every mount point of cgroup v2, innermost first. */
function cgroupMounts(): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return mounts
    .filter(line => line.includes(' - cgroup2 '))
    .map(line => line.split(' ')[4]!)
    .sort((a, b) => b.length - a.length);
}

/** What unmounts them. */
function unmounts(): string[] {
  return cgroupMounts().map(path => `umount -l '${path}'`);
}

/** A command line for a shell that sees no cgroup v2. */
function hidden(words: string[]): [string, ...string[]] {
  return ['unshare', '--mount', 'sh', '-c', [...unmounts(), 'exec "$@"'].join(' && '), 'sh', ...words];
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

test('without cgroup v2 tcptracer has its X when the connection is over, and says so', async t => {
  const tracer = new Child(t, 'tcptracer', hidden([process.execPath, bccProgramOf('tcptracer')]));
  await eventually(
    () => tracer.lines.length > 0 || undefined,
    () => `the first line; ${tracer.stderr}`,
  );
  const script = `
import os, socket
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
ends = [client.getsockname()[1], listener.getsockname()[1]]
client.close()
server.close()
print(os.getpid(), *ends)`;
  const [pid, ...ends] = run('python3', '-c', script).trim().split(' ');
  const { code, stderr } = await tracer.stop('SIGINT');
  assert.equal(code, 0);
  assert.match(stderr, /^tcptracer: closes come when the connection is over, as of [^\n]*\n$/);
  const rows = tracer.lines.map(line => line.trim().split(/ +/)).filter(cells => cells[1] === pid);
  assert.deepEqual(
    rows.map(cells => [cells[0], ...cells.slice(-2)]),
    [
      ['C', ...ends],
      ['A', ...ends.toReversed()],
      ['X', ...ends],
      ['X', ...ends.toReversed()],
    ],
  );
});

test('without cgroup v2 each attempt of a socket that connects again is seen', {
  skip: !isKernelSince([7, 0]) && 'before Linux 7.0 a single program looks at connects',
}, async t => {
  const tracer = new Child(
    t,
    'tcpsource',
    hidden([process.execPath, programOf('tcpsource'), '--ready', '-P', '1']),
  );
  await eventually(
    () => tracer.lines.length > 0 || undefined,
    () => `a ready record; ${tracer.stderr}`,
  );
  const again = `
import socket
s = socket.socket()
for _ in range(3): s.connect_ex(("127.0.0.1", 1))`;
  run('python3', '-c', again);
  await tracer.stop('SIGINT');
  const [, ...records] = tracer.lines.map(line => JSON.parse(line));
  assert.deepEqual(
    records.map(({ type, daddr }) => [type, daddr]),
    Array(3).fill(['connect', '127.0.0.1']),
  );
  assert.equal(new Set(records.map(({ sock }) => sock)).size, 1);
});

test('without cgroup v2 DNS cannot be seen, and dnssource says what to do', () => {
  const [program, ...args] = hidden([process.execPath, programOf('dnssource')]);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  assert.equal(status, 69);
  assert.equal(stdout, '');
  assert.match(stderr, /^dnssource: no cgroup v2 is mounted[^\n]*mount -t cgroup2[^\n]*\n$/);
});

/** A command line for a shell that has a cgroup mounted instead of the whole hierarchy, and then what `more` mounts. */
function inPart(directory: string, at: string, words: string[], more = ''): [string, ...string[]] {
  const script = [`mount --bind '${directory}' '${at}'`, ...unmounts(), ...(more ? [more] : []), 'exec "$@"'];
  return ['unshare', '--mount', 'sh', '-c', script.join(' && '), 'sh', ...words];
}

for (const [source, says] of [
  ['tcpsource', () => 'running without local ports (sport) of connects: no cgroup v2 root to attach to'],
  [
    'dnssource',
    (part: string) =>
      `only DNS of processes in the cgroup at ${part} and below: the root of the hierarchy is not mounted`,
  ],
] as const) {
  test(`${source} says what it does not see where only a part of the hierarchy is mounted`, async t => {
    const [part, whole] = [temporaryDirectory(t), temporaryDirectory(t)];
    const directory = cgroup(t);
    const words = [process.execPath, programOf(source), '--ready', '-n', '1', '--duration', '0.1'];
    const partly = await new Child(t, source, inPart(directory, part, words)).end();
    assert.equal(partly.code, 0);
    assert.equal(partly.stderr, `${source}: ${says(part)}\n`);
    const mountRoot = `mount -t cgroup2 none '${whole}'`;
    const fully = await new Child(t, source, inPart(directory, part, words, mountRoot)).end();
    assert.deepEqual([fully.code, fully.stderr], [0, '']);
  });
}
