import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GrowingFile } from './growing-file.js';

/** A file that begins with `text`; `read` gives what is read next, undefined where what was read is gone. */
function growing(t: TestContext, text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'growing-'));
  const path = join(directory, 'log');
  writeFileSync(path, text);
  const file = new GrowingFile(openSync(path, 'r'), 'any');
  t.after(() => {
    file.close();
    rmSync(directory, { recursive: true });
  });
  const chunk = Buffer.alloc(256 * 1024);
  const read = (isLast = false) => {
    const bytes = file.read(chunk, file.size, isLast);
    return bytes === undefined ? undefined : chunk.toString('latin1', 0, bytes);
  };
  return { path, read };
}

test('the beginning of a line may be taken back, as on a full disk: nothing is read twice', t => {
  const { path, read } = growing(t, 'a\nb\nc');
  assert.deepEqual([read(), read()], ['a\nb\n', '']);
  truncateSync(path, 4);
  assert.equal(read(), '');
  appendFileSync(path, 'd\n');
  assert.equal(read(), 'd\n');
  truncateSync(path, 4);
  assert.equal(read(), undefined);
});

test('the last line counts without its newline, and only then', t => {
  const { path, read } = growing(t, 'a\nb');
  assert.equal(read(true), 'a\nb');
  appendFileSync(path, 'c');
  assert.deepEqual([read(), read(true)], ['', 'c']);
});

test('a line too long to be one is not waited for', t => {
  const { path, read } = growing(t, 'x'.repeat(32 * 1024));
  assert.equal(read(), '');
  appendFileSync(path, 'x');
  assert.equal(read(), 'x'.repeat(32 * 1024 + 1));
});
