import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BpfError, binding } from './index.js';
import { bpfError, emit, needsRoot, probePath, startProbe, u32, u64 } from './testing.js';

const root = { skip: needsRoot };

test('a struct has the members, offsets and sizes of the C source', () => {
  const object = binding.open(probePath());
  const { size, members } = object.struct('record');
  assert.equal(size, 131072);
  assert.deepEqual(
    [...members.values()],
    [
      { name: 'seq', offset: 0, size: 8 },
      { name: 'pid', offset: 8, size: 4 },
      { name: 'bytes', offset: 12, size: 4 },
      { name: 'first', offset: 12, size: 1 },
      { name: 'fill', offset: 16, size: 131056 },
    ],
  );
  object.close();
});

test('an absent struct and one with bit fields are refused', () => {
  const object = binding.open(probePath());
  assert.throws(() => object.struct('nothing'), bpfError('ENOENT', 'open', /struct nothing is not in/));
  assert.throws(
    () => object.struct('flags'),
    bpfError('EOPNOTSUPP', 'open', /struct flags: low is a bit field/),
  );
  object.close();
});

test('a missing file and a file that is no object are refused with what libbpf said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'native-'));
  const text = join(folder, 'text.o');
  writeFileSync(text, 'not an ELF file');
  assert.throws(
    () => binding.open(join(folder, 'none.o')),
    bpfError('ENOENT', 'open', /none\.o: No such file/),
  );
  assert.throws(
    () => binding.open(text),
    (error: unknown) => {
      assert.ok(error instanceof BpfError);
      assert.match(error.log, /libbpf: elf/);
      return true;
    },
  );
  rmSync(folder, { recursive: true });
});

test('globals read back what was set, and keep the size they were compiled with', () => {
  const object = binding.open(probePath());
  assert.deepEqual(object.readGlobal('bytes'), u32(64));
  object.setGlobal('bytes', u32(128));
  object.setGlobal('target_pid', u32(7));
  assert.deepEqual(object.readGlobal('bytes'), u32(128));
  assert.deepEqual(object.readGlobal('target_pid'), u32(7));
  const wrongSize = bpfError('EINVAL', 'global', /global bytes has 4 bytes, not 8/);
  assert.throws(() => object.setGlobal('bytes', u64(1)), wrongSize);
  assert.throws(
    () => object.setGlobal('nothing', u32(1)),
    bpfError('ENOENT', 'global', /no global variable nothing/),
  );
  object.close();
});

test('an unknown program or map is refused by name', root, () => {
  const object = startProbe();
  assert.throws(() => object.attach('nothing'), bpfError('ENOENT', 'attach', /no program nothing/));
  assert.throws(() => object.runIter('nothing'), bpfError('ENOENT', 'attach', /no program nothing/));
  const ring = { map: 'nothing', awake: 'awake', drainMs: 1, batchBytes: 65536, onBatch() {}, onError() {} };
  assert.throws(() => object.openRing(ring), bpfError('ENOENT', 'ring', /no map nothing/));
  assert.throws(
    () => object.openRing({ ...ring, map: 'table' }),
    bpfError('EINVAL', 'ring', /map table is not a ring buffer but hash/),
  );
  assert.throws(
    () => object.openRing({ ...ring, map: 'ring', awake: 'sent' }),
    bpfError('EINVAL', 'ring', /global sent is not a __u32 in \.bss/),
  );
  object.close();
  const unloaded = binding.open(probePath());
  assert.throws(
    () => unloaded.setAutoload('nothing', true),
    bpfError('ENOENT', 'load', /no program nothing/),
  );
  assert.throws(() => unloaded.setMapEntries('nothing', 1), bpfError('ENOENT', 'map', /no map nothing/));
  unloaded.close();
});

test('the live value of a global is readable after load', root, () => {
  const object = startProbe();
  emit(3);
  assert.deepEqual(object.readGlobal('sent'), u64(3));
  object.close();
});

test('arguments and the order of calls are checked before anything happens', root, () => {
  const object = binding.open(probePath());
  assert.throws(() => binding.open(''), new TypeError('object path must not be empty'));
  assert.throws(() => binding.open('a\0b'), new TypeError('object path must not contain a NUL character'));
  assert.throws(() => object.struct(1 as never), new TypeError('struct name must be a string'));
  assert.throws(
    () => object.setGlobal('bytes', 'x' as never),
    new TypeError('global value must be a Buffer'),
  );
  assert.throws(
    () => object.setAutoload('on_call', 1 as never),
    new TypeError('autoload must be true or false'),
  );
  assert.throws(
    () => object.setMapEntries('ring', '1' as never),
    new TypeError('map entries must be a number'),
  );
  const range = new RangeError('map entries must be an integer from 1 to 4294967295, not 0.5');
  assert.throws(() => object.setMapEntries('ring', 0.5), range);
  assert.throws(() => object.attach('on_call'), new Error('attach() must come after load()'));
  object.setMapEntries('ring', 65536);
  object.load();
  assert.throws(() => object.setGlobal('bytes', u32(1)), new Error('setGlobal() must come before load()'));
  const ring = { map: 'ring', awake: 'awake', drainMs: 1, batchBytes: 65535, onBatch() {}, onError() {} };
  const small = new RangeError('batchBytes must be an integer from 65536 to 4294967295, not 65535');
  assert.throws(() => object.openRing(ring), small);
  const noFunction = new TypeError('onBatch must be a function');
  assert.throws(() => object.openRing({ ...ring, batchBytes: 65536, onBatch: 1 as never }), noFunction);
  object.close();
  assert.throws(() => object.readGlobal('sent'), new Error('readGlobal() after close()'));
});
