import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtLeast, libbpfVersion } from './prepare.mjs';

test('versions are compared number by number', () => {
  assert.equal(isAtLeast('20.19.0', '20.19'), true);
  assert.equal(isAtLeast('24.1.0', '20.19'), true);
  assert.equal(isAtLeast('20.9.0', '20.19'), false);
  assert.equal(isAtLeast('18.20.8', '20.19'), false);
});

test("libbpf's version is read from its header", () => {
  const header = '#define LIBBPF_MAJOR_VERSION 1\n#define LIBBPF_MINOR_VERSION 1\n';
  assert.equal(libbpfVersion(header), '1.1');
  assert.equal(isAtLeast(libbpfVersion(header.replace('R_VERSION 1', 'R_VERSION 0')), '1.1'), false);
  assert.equal(isAtLeast('0', '1.1'), false);
});
