import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { chunksOfFile, chunksOfPipe, shareOf } from './chunks.js';

const directory = mkdtempSync(join(tmpdir(), 'chunks-'));
after(() => rmSync(directory, { recursive: true }));

const never = new AbortController().signal;
/** More than one chunk, and than the pipe has room for. */
const bytes = Buffer.from(Array.from({ length: 400_000 }, (_, i) => `${i}\n`).join(''));

/** A FIFO, open for reading without blocking. */
function fifo(name: string): { path: string; fd: number } {
  const path = join(directory, name);
  execFileSync('mkfifo', [path]);
  return { path, fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) };
}

/** All that is read, and whether the end of input was. */
async function all(chunks: AsyncIterable<Buffer | null>): Promise<{ text: string; ended: boolean }> {
  const parts: string[] = [];
  let ended = false;
  for await (const chunk of chunks) {
    if (chunk === null) ended = true;
    else parts.push(chunk.toString('latin1'));
  }
  return { text: parts.join(''), ended };
}

test('a file is read to its end, in chunks of one buffer', async () => {
  const path = join(directory, 'file');
  writeFileSync(path, bytes);
  const chunks = chunksOfFile(openSync(path, 'r'), true, never);
  assert.deepEqual(await all(chunks), { text: bytes.toString('latin1'), ended: true });
});

test('of many inputs each is read in smaller chunks, but in pages at least', async () => {
  const path = join(directory, 'one-of-many');
  writeFileSync(path, bytes);
  for (const [inputs, chunkBytes] of [
    [1, 65_536],
    [16, 65_536],
    [64, 16_384],
    [10_000, 4096],
  ] as const) {
    const chunks = chunksOfFile(openSync(path, 'r'), true, never, shareOf(inputs));
    const { value: first } = await chunks.next();
    assert.equal(first!.length, chunkBytes);
    assert.equal(first!.toString('latin1') + (await all(chunks)).text, bytes.toString('latin1'));
  }
});

test('a pipe is read to its end, in chunks of one buffer', async () => {
  const { path, fd } = fifo('long');
  const writer = spawn('sh', ['-c', 'cat > "$0"', path], { stdio: ['pipe', 'ignore', 'inherit'] });
  writer.stdin.end(bytes);
  assert.deepEqual(await all(chunksOfPipe(fd, never)), { text: bytes.toString('latin1'), ended: true });
});

test('a pipe is read no further than was asked for', async () => {
  const { path, fd } = fifo('slow');
  const writer = openSync(path, constants.O_WRONLY);
  const chunks = chunksOfPipe(fd, never)[Symbol.asyncIterator]();
  const first = chunks.next();
  writeSync(writer, 'a');
  const { value: chunk } = await first;
  writeSync(writer, 'b');
  for (let turns = 0; turns < 10; turns++) await nextTurn();
  assert.equal(String(chunk), 'a');
  assert.equal(String((await chunks.next()).value), 'b');
  closeSync(writer);
  assert.equal((await chunks.next()).value, null);
  assert.equal((await chunks.next()).done, true);
});

test('a pipe that is silent is left when stopped, which is no end of input', async () => {
  const { path, fd } = fifo('silent');
  const writer = openSync(path, constants.O_WRONLY);
  const stop = new AbortController();
  const chunks = chunksOfPipe(fd, stop.signal)[Symbol.asyncIterator]();
  writeSync(writer, 'a');
  assert.equal(String((await chunks.next()).value), 'a');
  const next = chunks.next();
  stop.abort();
  assert.deepEqual(await next, { value: undefined, done: true });
  closeSync(writer);
});
