import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readlinkSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { end, following } from './testing/following.js';

/** Resolves when this process has the file open. @throws AssertionError when it does not for ten seconds */
async function opened(path: string): Promise<void> {
  const isOpen = (fd: string) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false; // the descriptor by which the directory was read
    }
  };
  const giveUpAt = Date.now() + 10_000;
  while (!readdirSync('/proc/self/fd').some(isOpen)) {
    assert.ok(Date.now() < giveUpAt, `${path} is not opened`);
    await nextTurn();
  }
}

test('a file is read to its end, and then as it grows, until told to end', async t => {
  const { log, next, stop, said, state } = following(t);
  writeFileSync(log, 'a\n');
  assert.equal(await next(), 'a\n');
  assert.equal(state.caughtUp, false);
  const second = next();
  await nextTurn();
  assert.equal(state.caughtUp, true);
  appendFileSync(log, 'b\n');
  assert.equal(await second, 'b\n');
  const third = next();
  appendFileSync(log, 'c');
  await nextTurn();
  appendFileSync(log, 'd\n');
  assert.equal(await third, 'cd\n');
  appendFileSync(log, 'e');
  stop();
  assert.deepEqual([await next(), await next(), await next()], ['e', end, undefined]);
  assert.deepEqual(said, []);
});

test('a renamed file is read on until the new one has something in it', async t => {
  const { log, next, said, stop } = following(t);
  writeFileSync(log, 'a\n');
  assert.equal(await next(), 'a\n');
  const second = next();
  renameSync(log, `${log}.1`);
  writeFileSync(log, '');
  await opened(log);
  appendFileSync(`${log}.1`, 'b\n');
  assert.equal(await second, 'b\n');
  appendFileSync(`${log}.1`, 'c\n');
  appendFileSync(log, 'd\n');
  assert.deepEqual([await next(), await next(), await next()], ['c\n', end, 'd\n']);
  stop();
  assert.deepEqual([await next(), await next()], [end, undefined]);
  assert.deepEqual(said, []);
});

test('rotations are not missed while nobody reads', async t => {
  const { log, next, stop } = following(t);
  writeFileSync(log, '0\n');
  assert.equal(await next(), '0\n');
  for (let i = 1; i <= 3; i++) {
    renameSync(log, `${log}.${i}`);
    writeFileSync(log, `${i}\n`);
    await opened(log);
  }
  stop();
  const rest: (string | undefined)[] = [];
  for (let i = 0; i < 8; i++) rest.push(await next());
  assert.deepEqual(rest, [end, '1\n', end, '2\n', end, '3\n', end, undefined]);
});

test('a file that came and went before it could be opened is told of', async t => {
  const { log, next, stop, said, state } = following(t);
  writeFileSync(log, '0\n');
  assert.equal(await next(), '0\n');
  for (const name of ['1', '2']) {
    renameSync(log, `${log}.${name}`);
    writeFileSync(log, `${name}\n`);
  }
  stop();
  assert.deepEqual([await next(), await next(), await next()], [end, '2\n', end]);
  assert.deepEqual(said, ['log: another file came and went before it was opened; records may be missing']);
  assert.equal(state.missed, 1);
});

test('a file that goes and comes back, or is moved over another, is nothing that came and went', async t => {
  const { log, next, stop, said } = following(t);
  writeFileSync(log, '0\n');
  assert.equal(await next(), '0\n');
  const rest = next();
  for (let i = 0; i < 3; i++) {
    renameSync(log, `${log}.away`);
    renameSync(`${log}.away`, log);
    for (let turns = 0; turns < 10; turns++) await nextTurn(); // until all is heard of
  }
  for (const name of ['1', '2']) {
    writeFileSync(`${log}.new`, `${name}\n`);
    renameSync(`${log}.new`, log);
    await opened(log);
  }
  assert.deepEqual([await rest, await next(), await next(), await next()], [end, '1\n', end, '2\n']);
  stop();
  assert.deepEqual([await next(), await next()], [end, undefined]);
  assert.deepEqual(said, []);
});

test('when told to end, a rotation is seen of which no event has come yet', async t => {
  const { log, next, stop } = following(t);
  writeFileSync(log, 'a\n');
  assert.equal(await next(), 'a\n');
  appendFileSync(log, 'b\n');
  renameSync(log, `${log}.1`);
  writeFileSync(log, 'c\n');
  stop();
  const rest = [await next(), await next(), await next(), await next(), await next()];
  assert.deepEqual(rest, ['b\n', end, 'c\n', end, undefined]);
});

test('a truncated file is read from its beginning, also when it has grown beyond what was read', async t => {
  const { log, next, said, state } = following(t);
  writeFileSync(log, 'first\n');
  assert.equal(await next(), 'first\n');
  const afterTruncation = next();
  truncateSync(log);
  assert.equal(await afterTruncation, end);
  appendFileSync(log, 'second\n');
  assert.equal(await next(), 'second\n');
  writeFileSync(log, 'longer than the second\n');
  assert.equal(await next(), end);
  assert.equal(await next(), 'longer than the second\n');
  // Each time counts, once is said.
  assert.equal(state.missed, 2);
  assert.deepEqual(said, ['log: was truncated; what was written to it just before may be missing']);
});

test('a truncated file is recognised by more than the end of its line', async t => {
  const { log, next, said } = following(t);
  writeFileSync(log, '{"seq":1}\n');
  assert.equal(await next(), '{"seq":1}\n');
  writeFileSync(log, '{"seq":2}\n{"seq":3}\n');
  assert.equal(await next(), end);
  assert.equal(await next(), '{"seq":2}\n{"seq":3}\n');
  assert.equal(said.length, 1);
});

test('a file that is truncated while nobody takes what was read is read from its beginning', async t => {
  const { log, next, said, stop } = following(t);
  const line = (text: string) => `${text.padEnd(1023, '.')}\n`;
  writeFileSync(log, line('old').repeat(500));
  const first = await next();
  assert.ok(first!.startsWith('old') && first!.length < 500 * 1024);
  truncateSync(log);
  appendFileSync(log, line('new').repeat(500));
  assert.equal(await next(), end);
  stop();
  let rest = '';
  for (let chunk = await next(); chunk !== undefined; chunk = await next()) rest += chunk;
  assert.equal(rest, line('new').repeat(500) + end);
  assert.equal(said.length, 1);
});

test('a quiet log may be rotated any number of times', async t => {
  const { log, next, said, stop } = following(t);
  writeFileSync(log, 'first\n');
  assert.equal(await next(), 'first\n');
  const second = next();
  for (let i = 1; i <= 200; i++) {
    renameSync(log, `${log}.${i}`);
    writeFileSync(log, '');
    await opened(log);
  }
  appendFileSync(log, 'last\n');
  stop();
  let chunk = await second;
  while (chunk === end) chunk = await next();
  assert.deepEqual([chunk, await next(), await next()], ['last\n', end, undefined]);
  assert.deepEqual(said, []);
});

test('it ends at once when told to, however much there is', async t => {
  const { log, next, stopAtOnce } = following(t);
  writeFileSync(log, 'x'.repeat(10e6));
  await next();
  stopAtOnce();
  assert.equal(await next(), undefined);
});
