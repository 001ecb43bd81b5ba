import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { IoError } from './errors.js';
import { fileSink } from './sink.js';

const directory = mkdtempSync(join(tmpdir(), 'sink-'));
after(() => rmSync(directory, { recursive: true }));

test('a new output file is for its owner only, an old one is appended to', async () => {
  const path = join(directory, 'new');
  await fileSink(path).write(Buffer.from('a\n'));
  await fileSink(path).write(Buffer.from('b\n'));
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a symbolic link is not followed', () => {
  const target = join(directory, 'target');
  const link = join(directory, 'link');
  writeFileSync(target, '');
  symlinkSync(target, link);
  assert.throws(() => fileSink(link), {
    name: 'IoError',
    message: `${link}: is a symbolic link, which is not followed`,
  });
});

test('what cannot be opened or written is an output error', async () => {
  assert.throws(() => fileSink(join(directory, 'no', 'such')), IoError);
  await assert.rejects(
    fileSink('/dev/full').write(Buffer.from('a\n')),
    /^IoError: \/dev\/full: no space left on device$/,
  );
});
