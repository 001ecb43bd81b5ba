import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadFailure, optionalAddon } from './addon.js';
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

test('an addon that nothing needs may be missing, but not be broken', t => {
  assert.equal(optionalAddon('missing'), undefined);
  const name = `broken-${process.pid}`;
  const broken = new URL(`../build/Release/${name}.node`, import.meta.url);
  t.after(() => rmSync(broken, { force: true }));
  writeFileSync(broken, '');
  assert.throws(() => optionalAddon(name), /^AddonError: cannot load the native addon: .*broken/);
});
