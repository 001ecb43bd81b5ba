import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommand, sources, startSource } from '../lib/command.js';
import { cgroup } from '../lib/namespaces.js';
import { bpffs, pinMap, putKey, removeKey } from '../lib/pinned-map.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

test('only cgroups whose ids are in the pinned map are traced, as keys come and go', async t => {
  const path = pinMap(join(bpffs(t), 'cgroups'), 8, 8);
  const workload = new Workload(t, { blocking: 3, ipv6: 2 });
  const { pid } = await workload.hello;
  const directory = cgroup(t);
  writeFileSync(join(directory, 'cgroup.procs'), `${pid}`);
  const id = statSync(directory).ino;
  const tracer = await startSource(t, 'tcpsource', ['--cgroupmap', path]);

  await workload.round();
  putKey(path, id, 8);
  const seen = await workload.round();
  removeKey(path, id);
  await workload.round();
  const [, ...records] = await tracer.stopped();
  assert.equal(seen.length, 5);
  assert.deepEqual(
    records.map(({ sock, cgroup }) => ({ sock, cgroup })),
    seen.map(({ sock }) => ({ sock, cgroup: id })),
  );
});

test('only mount namespaces in the pinned map are traced, and both maps must match', async t => {
  const mount = bpffs(t);
  const [mntnsSet, cgroupSet] = [pinMap(join(mount, 'mntns'), 8, 4), pinMap(join(mount, 'cgroups'), 8, 8)];
  const workload = new Workload(t, { blocking: 3 }, ['unshare', '--mount']);
  const { mntns, cgroup } = await workload.hello;
  putKey(mntnsSet, mntns, 4);
  const tracer = await startSource(t, 'tcpsource', ['--mntnsmap', mntnsSet]);
  const both = await startSource(t, 'tcpsource', ['--mntnsmap', mntnsSet, '--cgroupmap', cgroupSet]);

  const first = await workload.round();
  putKey(cgroupSet, cgroup, 8);
  const second = await workload.round();
  const socks = async (source: typeof tracer) => (await source.stopped()).slice(1).map(({ sock }) => sock);
  assert.deepEqual(
    await socks(tracer),
    [...first, ...second].map(({ sock }) => sock),
  );
  assert.deepEqual(
    await socks(both),
    second.map(({ sock }) => sock),
  );
});

test('a path without a map, and maps of another type or size, are usage errors that say what was found', t => {
  const mount = bpffs(t);
  const wrong: [option: string, path: string, message: RegExp][] = [
    ['--cgroupmap', join(mount, 'nothing'), /nothing.*no such file/i],
    ['--cgroupmap', temporaryDirectory(t), /not|no /],
    ['--cgroupmap', pinMap(join(mount, 'array'), 4, 8, 'array'), /array/],
    ['--cgroupmap', pinMap(join(mount, 'percpu'), 8, 8, 'percpu_hash'), /per.?cpu/i],
    ['--cgroupmap', pinMap(join(mount, 'short-key'), 4, 8), /4/],
    ['--cgroupmap', pinMap(join(mount, 'short-value'), 8, 4), /4/],
    ['--mntnsmap', pinMap(join(mount, 'long-value'), 8, 8), /8/],
  ];
  for (const [i, [option, path, message]] of wrong.entries()) {
    const source = sources[i % sources.length]!; // in turn, as they share this
    const { code, stdout, stderr } = runCommand(source, [option, path, '--duration', '0']);
    assert.deepEqual([code, stdout], [2, ''], `${source} ${option} ${path}: ${stderr}`);
    assert.match(stderr, message);
    assert.match(stderr, new RegExp(`^${source}: [^\n]*${path}[^\n]*\n$`));
  }
});
