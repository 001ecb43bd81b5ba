import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { BpfError, binding } from './index.js';
import { descriptorIds, needsRoot, probePath, startProbe } from './testing.js';

const root = { skip: needsRoot };
let folder = '';

function pin(name: string, ...shape: string[]): string {
  const path = join(folder, name);
  execFileSync('bpftool', ['map', 'create', path, 'type', ...shape, 'name', name]);
  return path;
}

before(() => {
  if (needsRoot) return;
  folder = mkdtempSync(join(tmpdir(), 'native-'));
  execFileSync('mount', ['-t', 'bpf', 'bpf', folder]);
});

after(() => {
  if (needsRoot) return;
  execFileSync('umount', [folder]);
  rmdirSync(folder);
});

test('a pinned map tells its type and sizes', root, () => {
  const path = pin('shape', 'lpm_trie', 'key', '8', 'value', '16', 'entries', '4', 'flags', '1');
  assert.deepEqual(binding.pinnedMapInfo(path), {
    type: 11,
    typeName: 'lpm_trie',
    keySize: 8,
    valueSize: 16,
  });
  rmSync(path);
});

test('a missing pin, a plain file and a pinned program are no maps', root, () => {
  assert.throws(() => binding.pinnedMapInfo(join(folder, 'none')), {
    name: 'BpfError',
    code: 'ENOENT',
    step: 'map',
  });
  assert.throws(() => binding.pinnedMapInfo('/etc/passwd'), { name: 'BpfError', step: 'map' });
  const program = join(folder, 'program');
  const object = startProbe();
  const id = descriptorIds('prog')[0]!;
  execFileSync('bpftool', ['prog', 'pin', 'id', id, program]);
  assert.throws(() => binding.pinnedMapInfo(program), /program is pinned, but not a map/);
  object.close();
  rmSync(program);
});

test('a pinned map of the same shape becomes the map of the object', root, () => {
  const path = pin('same', 'hash', 'key', '4', 'value', '8', 'entries', '99');
  const object = binding.open(probePath());
  object.reuseMap('table', path);
  object.setAutoload('on_call', false);
  object.load();
  const { id } = JSON.parse(
    execFileSync('bpftool', ['--json', 'map', 'show', 'pinned', path], { encoding: 'utf8' }),
  ) as { id: number };
  assert.ok(descriptorIds('map').includes(String(id)));
  object.close();
  rmSync(path);
});

test('a pinned map of another type or size is refused with both shapes', root, () => {
  const path = pin('other', 'array', 'key', '4', 'value', '4', 'entries', '1');
  const object = binding.open(probePath());
  assert.throws(
    () => object.reuseMap('table', path),
    (error: unknown) =>
      error instanceof BpfError &&
      error.code === 'EINVAL' &&
      error.message.includes(
        'is array, key 4 bytes, value 4 bytes; map table needs hash, key 4 bytes, value 8 bytes',
      ),
  );
  object.close();
  rmSync(path);
});
