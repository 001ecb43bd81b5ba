import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroup2Mounts, isKernelSince, missingCapabilities, oldestKernel } from './host.js';

test('5.15 is the oldest kernel that will do', () => {
  const wanted = {
    '5.10.0-28-amd64': false,
    '5.14.21': false,
    '5.15.0': true,
    '6.1.0-9-amd64': true,
    '4.19': false,
    '10.0': true,
  };
  for (const [kernel, answer] of Object.entries(wanted))
    assert.equal(isKernelSince(oldestKernel, kernel), answer, kernel);
});

test('missing capabilities are named; CAP_SYS_ADMIN stands for two of them', () => {
  const status = (...bits: number[]) =>
    `Name:\tx\nCapEff:\t${bits.reduce((all, bit) => all | (1n << BigInt(bit)), 0n).toString(16)}\n`;
  assert.deepEqual(missingCapabilities(status()), ['CAP_BPF', 'CAP_PERFMON', 'CAP_NET_ADMIN']);
  assert.deepEqual(missingCapabilities(status(12, 38, 39)), []);
  assert.deepEqual(missingCapabilities(status(21)), ['CAP_NET_ADMIN']);
});

test('cgroup v2 is found where it is mounted, blanks in its path too', () => {
  const hybrid = [
    '25 30 0:23 / /sys/fs/cgroup ro shared:8 - tmpfs tmpfs ro',
    '26 25 0:24 / /sys/fs/cgroup/uni\\040fied rw shared:9 - cgroup2 cgroup2 rw',
  ].join('\n');
  assert.deepEqual(cgroup2Mounts(hybrid), ['/sys/fs/cgroup/uni fied']);
  assert.deepEqual(cgroup2Mounts(`${hybrid}\n${hybrid.replaceAll('uni', 'simpli')}\n`), [
    '/sys/fs/cgroup/uni fied',
    '/sys/fs/cgroup/simpli fied',
  ]);
  assert.deepEqual(cgroup2Mounts('25 30 0:23 / /proc rw - proc proc rw'), []);
});
