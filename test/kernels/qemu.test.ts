import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qemuArguments } from './qemu.js';

const args = qemuArguments({
  image: '/k/vmlinuz',
  initramfs: '/k/initramfs',
  trees: ['kernel', 'tools'],
  memory: 512,
  directory: '/tmp/a,b',
});

test('the guest has no network, and can write to one directory of the host', () => {
  assert.equal(args[args.indexOf('-nic') + 1], 'none');
  const backends = args.filter((_, i) => args[i - 1] === '-fsdev');
  assert.deepEqual(
    backends.map(backend => backend.includes('readonly=on')),
    [true, true, false],
  );
  assert.match(backends[2]!, /path=\/tmp\/a,,b,/);
});

test('the kernel learns which trees lie over the root, in their order', () => {
  assert.match(args[args.indexOf('-append') + 1]!, / tcppipe\.trees=kernel,tools$/);
});

test('a kernel that panics ends the guest instead of starting again', () => {
  assert.ok(args.includes('-no-reboot'));
  assert.match(args[args.indexOf('-append') + 1]!, /\bpanic=-1\b/);
});
