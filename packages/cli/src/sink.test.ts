import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { IoError, ReaderGone } from './errors.js';
import { fileSink } from './sink.js';

const directory = mkdtempSync(join(tmpdir(), 'sink-'));
after(() => rmSync(directory, { recursive: true }));

test('a new output file is for its owner only, an old one is appended to', () => {
  const path = join(directory, 'new');
  fileSink(path).write(Buffer.from('a\n'));
  fileSink(path).write(Buffer.from('b\n'));
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

test('what cannot be opened or written is an output error', () => {
  assert.throws(() => fileSink(join(directory, 'no', 'such')), IoError);
  assert.throws(
    () => fileSink('/dev/full').write(Buffer.from('a\n')),
    /^IoError: \/dev\/full: no space left on device$/,
  );
});

test('a pipe is written to at once, and waited for without a block once it is full', async () => {
  const path = join(directory, 'fifo');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const sink = fileSink(path);
  const lines = Buffer.alloc(4096, 'line\n');
  let written = 0;
  let rest: Promise<void> | undefined;
  for (; !rest; written++) rest = sink.write(lines);
  assert.ok(written > 1);
  let isDone = false;
  const done = rest.then(() => {
    isDone = true;
  });
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(isDone, false);
  const read = Buffer.alloc(1024 * 1024);
  let bytes = readSync(reader, read);
  await done;
  bytes += readSync(reader, read);
  assert.equal(bytes, written * lines.length);
  closeSync(reader);
  assert.throws(() => sink.write(lines), ReaderGone);
});
