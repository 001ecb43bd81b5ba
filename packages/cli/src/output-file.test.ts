import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { IoError, ReaderGone } from './errors.js';
import { OutputFile } from './output-file.js';

const directory = mkdtempSync(join(tmpdir(), 'output-file-'));
after(() => rmSync(directory, { recursive: true }));

function opened(path: string): OutputFile {
  const file = new OutputFile(path);
  file.open();
  return file;
}

test('a new output file is for its owner only, an old one is appended to', () => {
  const path = join(directory, 'new');
  opened(path).write(Buffer.from('a\n'));
  opened(path).write(Buffer.from('b\n'));
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('nothing is made before it is opened', () => {
  const path = join(directory, 'later');
  const file = new OutputFile(path);
  assert.equal(existsSync(path), false);
  file.open();
  assert.equal(existsSync(path), true);
});

test('a file that ends within a line gets its end first', () => {
  const path = join(directory, 'cut');
  writeFileSync(path, 'a\ncut');
  opened(path).write(Buffer.from('b\n'));
  assert.equal(readFileSync(path, 'utf8'), 'a\ncut\nb\n');
});

/** Has `instead` called for a function of `node:fs` in this test. */
function replace(
  t: TestContext,
  name: 'fstatSync' | 'readSync',
  instead: (...args: never[]) => unknown,
): void {
  t.mock.method(fs, name, instead as never);
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
}

test('whether a file ends within a line is asked of the one that is open, not of its name', t => {
  const path = join(directory, 'swapped');
  writeFileSync(path, 'a\n');
  const { fstatSync } = fs;
  replace(t, 'fstatSync', (fd: number, options: { bigint: true }) => {
    if (!existsSync(`${path}.1`)) {
      renameSync(path, `${path}.1`);
      writeFileSync(path, 'cut');
    }
    return fstatSync(fd, options);
  });
  opened(path).write(Buffer.from('b\n'));
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'a\nb\n');
  assert.equal(readFileSync(path, 'utf8'), 'cut');
});

test('a file whose end cannot be read is appended to, and no descriptor is left', t => {
  const path = join(directory, 'unreadable');
  writeFileSync(path, 'a\n');
  replace(t, 'readSync', () => {
    throw Object.assign(new Error(), { code: 'EIO' });
  });
  const file = opened(path);
  const open = readdirSync('/proc/self/fd').length;
  for (let i = 0; i < 3; i++) file.reopen();
  assert.equal(readdirSync('/proc/self/fd').length, open);
  file.write(Buffer.from('b\n'));
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\n');
});

test('a symbolic link is not followed', () => {
  const target = join(directory, 'target');
  const link = join(directory, 'link');
  writeFileSync(target, '');
  symlinkSync(target, link);
  assert.throws(() => opened(link), {
    name: 'IoError',
    message: `${link}: is a symbolic link, which is not followed`,
  });
});

test('what cannot be opened or written is an output error', () => {
  assert.throws(() => opened(join(directory, 'no', 'such')), IoError);
  assert.throws(() => opened('/dev/full').write(Buffer.from('a\n')), {
    name: 'NoRoomError',
    message: '/dev/full: no space left on device',
    exitCode: 74,
  });
});

test('after a reopen lines go to the file that has the name then', () => {
  const path = join(directory, 'rotated');
  const file = opened(path);
  file.write(Buffer.from('a\n'));
  renameSync(path, `${path}.1`);
  file.write(Buffer.from('b\n'));
  file.reopen();
  file.write(Buffer.from('c\n'));
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'a\nb\n');
  assert.equal(readFileSync(path, 'utf8'), 'c\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('where a reopen fails the old file goes on, and the next reopen may do', () => {
  const path = join(directory, 'hindered');
  const file = opened(path);
  renameSync(path, `${path}.1`);
  for (const [hinder, message] of [
    [() => symlinkSync(`${path}.1`, path), /is a symbolic link/],
    [() => execFileSync('mkdir', [path]), /is a directory/],
    [() => execFileSync('mkfifo', [path]), /is a FIFO that has no reader/],
  ] as const) {
    hinder();
    assert.throws(() => file.reopen(), message);
    file.write(Buffer.from('a\n'));
    rmSync(path, { recursive: true });
  }
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'a\na\na\n');
  file.reopen();
  file.write(Buffer.from('b\n'));
  assert.equal(readFileSync(path, 'utf8'), 'b\n');
});

test('a FIFO that came in the place of the file is no file to go on in', () => {
  const path = join(directory, 'fifo-instead');
  const file = opened(path);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  assert.throws(() => file.reopen(), /is no regular file any more/);
  closeSync(reader);
});

test('a device has nothing to reopen', () => {
  const file = opened('/dev/null');
  file.reopen();
  assert.equal(file.write(Buffer.from('a\n')), undefined);
});

test('a pipe is written to at once, and waited for without a block once it is full', async () => {
  const path = join(directory, 'fifo');
  execFileSync('mkfifo', [path]);
  assert.throws(() => opened(path), { message: `${path}: is a FIFO that has no reader` });
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const sink = opened(path);
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
