import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotPermittedError, UnavailableError, UsageError } from '@tcppipe/cli';
import { BpfError } from '@tcppipe/native';
import { explainBpf } from './bpf-errors.js';

const verifierLog = [
  "libbpf: prog 'x': BPF program load failed: Permission denied",
  '-- BEGIN PROG LOAD LOG --',
  '12: (85) call bpf_skb_load_bytes#26',
  'R4 invalid zero-sized read: u64=[0,256]',
  'processed 13 insns (limit 1000000) max_states_per_insn 0',
  '-- END PROG LOAD LOG --',
  "libbpf: prog 'x': failed to load: -13",
  "libbpf: failed to load object 'x.bpf.o'",
].join('\n');

test("the verifier's refusal is the kernel's inability, and its own words are shown", () => {
  const error = explainBpf(
    new BpfError('cannot load the BPF object x', 'EACCES', 'load', verifierLog),
    '6.1.0',
  );
  assert.ok(error instanceof UnavailableError);
  assert.match(
    error.message,
    /^cannot load the BPF object x .*the kernel says: R4 invalid zero-sized read: u64=\[0,256\]$/,
  );
});

test('where an older kernel refuses what it is told to load, its age is the reason; not where it cannot attach', () => {
  const refused = (step: 'load' | 'attach', kernel: string, code = 'EINVAL') =>
    (explainBpf(new BpfError('cannot load x', code, step, verifierLog), kernel) as Error).message;
  const old =
    'kernel 5.14.21 is too old: 5.15 or later is needed, for programs of a cgroup that ask for the running task';
  assert.ok(refused('load', '5.14.21').startsWith(`${old}; the kernel says: R4`));
  assert.match(refused('load', '5.15.0'), /^cannot load x/);
  assert.match(refused('attach', '5.14.21'), /^cannot load x/);
  assert.match(refused('load', '5.14.21', 'ENOSPC'), /^cannot load x .*too complex/);
});

test('a refusal without a verifier log is a matter of permission, a pinned map that may not be opened, too', () => {
  for (const step of ['load', 'map'] as const) {
    for (const code of ['EPERM', 'EACCES']) {
      const error = explainBpf(new BpfError('cannot', code, step, ''));
      assert.ok(error instanceof NotPermittedError, `${step} ${code}`);
    }
  }
});

test('what is attached already, or held exclusively, cannot be had', () => {
  assert.ok(explainBpf(new BpfError('cannot attach', 'EPERM', 'attach', '')) instanceof UnavailableError);
});

test('a pinned map that does not fit is a usage error that says what was found', () => {
  const error = explainBpf(new BpfError('the map pinned at /x is array', 'EINVAL', 'map', ''));
  assert.ok(error instanceof UsageError);
  assert.match(error.message, /is array/);
});

test('other errors stay what they are', () => {
  const error = new Error('other');
  assert.equal(explainBpf(error), error);
});
