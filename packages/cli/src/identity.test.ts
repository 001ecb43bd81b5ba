import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '@tcppipe/cli';
import { identityAfterAttaching } from './identity.js';

test('a source becomes who called sudo, and nobody where that is root or unknown', () => {
  const nobody = { uid: 65534, gid: 65534 };
  assert.deepEqual(identityAfterAttaching(undefined, { SUDO_UID: '1000', SUDO_GID: '100' }), {
    uid: 1000,
    gid: 100,
  });
  assert.deepEqual(identityAfterAttaching(undefined, {}), nobody);
  assert.deepEqual(identityAfterAttaching(undefined, { SUDO_UID: '0', SUDO_GID: '0' }), nobody);
  assert.deepEqual(identityAfterAttaching(undefined, { SUDO_UID: '1000' }), nobody);
  assert.deepEqual(identityAfterAttaching(undefined, { SUDO_UID: '-1', SUDO_GID: 'x' }), nobody);
  assert.deepEqual(identityAfterAttaching(undefined, { SUDO_UID: '99999999999', SUDO_GID: '1' }), nobody);
});

test('a user that is named counts before sudo', () => {
  assert.deepEqual(identityAfterAttaching('nobody', { SUDO_UID: '1000', SUDO_GID: '100' }).uid, 65534);
});

test('a user that is not there, and root, are usage errors', () => {
  assert.throws(() => identityAfterAttaching('no-such-user', {}), UsageError);
  assert.throws(() => identityAfterAttaching('root', {}), UsageError);
  assert.throws(() => identityAfterAttaching('--help', {}), UsageError);
});
