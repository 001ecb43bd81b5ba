import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INSTALL, missingPackages, REQUIREMENTS } from './requirements.mjs';

/** @param {import('./requirements.mjs').Requirement} requirement */
const present = requirement =>
  requirement.commands?.[0] !== 'clang' && requirement.commands?.[0] !== 'unshare';

test('only what is missing for the given use is installed', () => {
  assert.deepEqual(missingPackages('apt-get', ['build'], present), ['clang']);
  assert.deepEqual(missingPackages('apt-get', ['build', 'test'], present), ['clang', 'util-linux']);
});

test('a requirement that a distribution splits gives one word per package', () => {
  assert.deepEqual(missingPackages('apk', ['test'], present), ['util-linux-misc', 'setpriv']);
});

test('nothing is installed where everything is there', () => {
  assert.deepEqual(
    missingPackages('dnf', ['build', 'test'], () => true),
    [],
  );
});

test('every requirement can be detected and has a name for every package manager', () => {
  for (const { purpose, file, commands, packages } of REQUIREMENTS) {
    assert.ok(file !== undefined || commands !== undefined, purpose);
    assert.deepEqual(Object.keys(packages), Object.keys(INSTALL), purpose);
  }
});
