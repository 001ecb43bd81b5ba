import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeName } from './trees.js';

test('a tree has one name for the same packages and another for each other version', () => {
  const name = treeName('sid-kernel', ['linux_7.2_amd64.deb']);
  assert.equal(name, treeName('sid-kernel', ['linux_7.2_amd64.deb']));
  assert.notEqual(name, treeName('sid-kernel', ['linux_7.3_amd64.deb']));
  assert.match(name, /^sid-kernel-[0-9a-f]{12}$/);
});
