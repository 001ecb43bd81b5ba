import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { BpfError, binding } from './index.js';
import { needsRoot, probePath } from './testing.js';

const root = { skip: needsRoot };

test('a program that the verifier refuses fails to load, and the log says why', root, () => {
  const object = binding.open(probePath());
  object.setAutoload('refused', true);
  assert.throws(
    () => object.load(),
    (error: unknown) => {
      assert.ok(error instanceof BpfError);
      assert.deepEqual({ code: error.code, step: error.step }, { code: 'EACCES', step: 'load' });
      assert.match(error.log, /map_value_or_null/);
      assert.ok(error.log.length <= 4096);
      assert.match(error.hint ?? '', /verifier/);
      return true;
    },
  );
  object.close();
});

test('a hook that the kernel does not have fails to load with a hint', root, () => {
  const object = binding.open(probePath());
  object.setAutoload('missing_hook', true);
  assert.throws(
    () => object.load(),
    (error: unknown) => {
      assert.ok(error instanceof BpfError);
      assert.equal(error.code, 'ESRCH');
      assert.match(error.log, /no_such_hook/);
      assert.match(error.hint ?? '', /no hook/);
      return true;
    },
  );
  object.close();
});

test('without privilege load fails with EPERM and says what is needed', root, () => {
  const code = `
    import { binding } from ${JSON.stringify(new URL('./index.js', import.meta.url).href)};
    const object = binding.open(process.argv[1]);
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    try { object.load(); } catch (error) { console.log(error.code, error.step, error.hint); }`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code, probePath()], {
    encoding: 'utf8',
  });
  assert.equal(child.stderr, '');
  assert.equal(child.stdout, 'EPERM load needs root, or CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN\n');
});
