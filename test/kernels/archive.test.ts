import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debianArchive, fileNames, kernelPackages, sourceLine } from './archive.js';

test('the archive is the configured one of Debian itself, neither its security updates nor another vendor', () => {
  const targets = [
    'https://vendor.example/apt/ Vendor Debian',
    'http://mirror.example/debian-security/ Debian Debian-Security',
    'http://mirror.example/backports/ Debian Debian Backports',
    'http://mirror.example/debian/ Debian Debian',
    '',
  ].join('\n');
  assert.equal(debianArchive(targets), 'http://mirror.example/debian/');
});

test('there is no archive where none is configured or its index was never fetched', () => {
  assert.equal(debianArchive(''), undefined);
  assert.equal(debianArchive('http://mirror.example/debian/ $(ORIGIN) $(LABEL)\n'), undefined);
});

test('a suite is trusted by the keys of the keyring alone', () => {
  assert.equal(
    sourceLine('http://mirror.example/debian/', 'sid', '/keys.gpg'),
    'deb [signed-by=/keys.gpg] http://mirror.example/debian/ sid main\n',
  );
});

test('file names of packages are found among what else apt says', () => {
  const uris = [
    'Reading package lists...',
    "'http://mirror.example/l/linux-image-6.1_6.1.176-1_amd64.deb' linux-image-6.1_6.1.176-1_amd64.deb 70305560 SHA256:7b",
    "'http://mirror.example/b/bpftrace_0.17.0-1_amd64.deb' bpftrace_0.17.0-1_amd64.deb 936508 SHA256:00",
  ].join('\n');
  assert.deepEqual(fileNames(uris), ['linux-image-6.1_6.1.176-1_amd64.deb', 'bpftrace_0.17.0-1_amd64.deb']);
});

test('of what a kernel depends on, the packages with files of that version are taken, split or whole', () => {
  const sid = `linux-image-amd64
  Depends: linux-image-7.2.13-amd64
linux-image-7.2.13-amd64
linux-base
linux-base-7.2.13-amd64
linux-binary-7.2.13-amd64
linux-modules-7.2.13-amd64
kmod
`;
  assert.deepEqual(kernelPackages(sid), [
    'linux-image-7.2.13-amd64',
    'linux-base-7.2.13-amd64',
    'linux-binary-7.2.13-amd64',
    'linux-modules-7.2.13-amd64',
  ]);
  assert.deepEqual(kernelPackages('linux-image-amd64\nlinux-image-6.1.0-50-amd64\n<debconf-2.0>\n'), [
    'linux-image-6.1.0-50-amd64',
  ]);
});
