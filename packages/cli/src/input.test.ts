import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, test } from 'node:test';
import { IoError } from './errors.js';
import { readAll, recordsOf } from './input.js';
import type { Line } from './line.js';
import { Tally } from './records.js';

const directory = mkdtempSync(join(tmpdir(), 'input-'));
after(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

async function texts(batches: AsyncIterable<Line[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const batch of batches) all.push(...batch.map(({ text }) => text));
  return all;
}

const never = new AbortController().signal;

test('files are read one after the other, each with its own last line', async () => {
  const tally = new Tally();
  const paths = [file('a', '{"a":1}\n{"a":2}'), file('b', '\ufeff{"b":1}\n{"b"'), file('c', '')];
  assert.deepEqual(await texts(readAll(paths, tally, never)), ['{"a":1}', '{"a":2}', '{"b":1}']);
  assert.equal(tally.cutOff, 1);
});

test('a file that cannot be read is an input error that names it', async () => {
  const missing = join(directory, 'missing');
  await assert.rejects(texts(readAll([missing], new Tally(), never)), (error: unknown) => {
    assert.ok(error instanceof IoError);
    assert.equal(error.exitCode, 74);
    assert.equal(error.message, `${missing}: no such file or directory`);
    return true;
  });
  await assert.rejects(texts(readAll([directory], new Tally(), never)), /is a directory/);
});

test('when stopped, what had been read is still given', async () => {
  const stream = new PassThrough();
  const stop = new AbortController();
  const reading = texts(recordsOf(stream, 'test', new Tally(), stop.signal));
  stream.write('{"a":1}\n{"a":2}\n');
  await new Promise(resolve => setImmediate(resolve));
  stream.write('{"a":3}\n');
  stop.abort();
  assert.deepEqual(await reading, ['{"a":1}', '{"a":2}', '{"a":3}']);
  assert.equal(stream.destroyed, true);
});

test('a line that had only begun when stopped is not held against the input', async () => {
  const stopping = new AbortController();
  const tally = new Tally();
  const stream = new PassThrough();
  stream.write('{"a":1}\n{"a":');
  const reading = texts(recordsOf(stream, 'stream', tally, stopping.signal));
  await new Promise(resolve => setImmediate(resolve));
  stopping.abort();
  assert.deepEqual(await reading, ['{"a":1}']);
  assert.equal(tally.rejected, 0);
});

test('an input that was stopped before is not read', async () => {
  assert.deepEqual(await texts(readAll([file('d', '{}\n')], new Tally(), AbortSignal.abort())), []);
});

test('a failing stream ends with its error, after what came before it', async () => {
  const stream = Readable.from(
    (function* () {
      yield Buffer.from('{"a":1}\n');
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    })(),
    { objectMode: false },
  );
  const seen: string[] = [];
  await assert.rejects(async () => {
    for await (const batch of recordsOf(stream, 'disk', new Tally(), never))
      seen.push(...batch.map(({ text }) => text));
  }, /disk: input\/output error/);
  assert.deepEqual(seen, ['{"a":1}']);
});
