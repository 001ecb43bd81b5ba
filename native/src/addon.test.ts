import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadFailure } from './addon.js';
import { binding } from './index.js';

test('a missing build is told with the command that builds', () => {
  const cause = Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
  assert.equal(loadFailure(cause), 'the native addon is not built: run `npm run build`');
});

test('a missing libbpf is told with the package to install', () => {
  const cause = new Error('libbpf.so.1: cannot open shared object file');
  assert.equal(
    loadFailure(cause),
    'cannot load the native addon: libbpf.so.1: cannot open shared object file (install libbpf: package libbpf1)',
  );
});

test('the boot offset is what separates the wall clock from the uptime', () => {
  const offset = binding.bootOffsetUs();
  assert.ok(Number.isSafeInteger(offset));
  // /proc/uptime follows CLOCK_BOOTTIME, in hundredths of a second.
  const uptimeUs = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6;
  assert.ok(Math.abs(Date.now() * 1000 - uptimeUs - offset) < 100_000);
});
