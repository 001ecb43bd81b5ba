import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  bpfDescriptors,
  bpfError,
  cgroupRoot,
  descriptorIds,
  needsRoot,
  startProbe,
  until,
} from './testing.js';

const root = { skip: needsRoot };

test('an iterator runs over every open file of every task', root, () => {
  const object = startProbe();
  object.runIter('on_file');
  assert.ok(object.readGlobal('files').readBigUInt64LE() >= 3n);
  object.close();
});

test('a cgroup program attaches to a cgroup, and to nothing else', root, () => {
  const object = startProbe();
  object.attachCgroup('on_egress', cgroupRoot());
  assert.throws(
    () => object.attachCgroup('on_egress', '/none'),
    bpfError('ENOENT', 'attach', /the cgroup \/none/),
  );
  assert.throws(
    () => object.attachCgroup('on_egress', '/'),
    bpfError('EBADF', 'attach', /on_egress to the cgroup \//),
  );
  assert.throws(
    () => object.attach('on_egress'),
    bpfError('EOPNOTSUPP', 'attach', /cannot attach program on_egress/),
  );
  object.close();
});

test('close leaves no descriptor, program or link, and may be repeated', root, async () => {
  const before = bpfDescriptors();
  const object = startProbe();
  const ids = (['link', 'prog'] as const).flatMap(kind => descriptorIds(kind).map(id => [kind, id] as const));
  const shows = ([kind, id]: readonly [string, string]) =>
    spawnSync('bpftool', [kind, 'show', 'id', id]).status === 0;
  assert.deepEqual(new Set(ids.map(([kind]) => kind)), new Set(['link', 'prog']));
  assert.ok(ids.every(shows));
  object.close();
  object.close();
  assert.deepEqual([...bpfDescriptors().keys()], [...before.keys()]);
  await until('the kernel frees programs and links', () => !ids.some(shows));
});

test('an object that nobody holds is closed by garbage collection', root, async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const before = bpfDescriptors().size;
  (() => startProbe())();
  assert.ok(bpfDescriptors().size > before);
  await until('the object is closed', () => {
    gc();
    return bpfDescriptors().size === before;
  });
});
