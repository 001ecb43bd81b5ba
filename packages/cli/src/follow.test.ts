import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canBeFollowed, chunksOfFollowed } from './follow.js';

const end = '(end)';

/** Follows `log` in a directory of its own; `next` gives what is read next, `end` for a null, undefined when it is over. */
function following(t: TestContext, path = 'log') {
  const directory = mkdtempSync(join(tmpdir(), 'follow-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const [until, stop] = [new AbortController(), new AbortController()];
  const said: string[] = [];
  const state = { caughtUp: false, missed: 0 };
  const follow = {
    until: until.signal,
    stop: stop.signal,
    say: (message: string) => said.push(message.replaceAll(`${directory}/`, '')),
    missed: () => state.missed++,
    onCaughtUp: () => {
      state.caughtUp = true;
    },
  };
  const log = join(directory, path);
  const chunks = chunksOfFollowed(log, follow);
  t.after(() => chunks.return(undefined));
  const next = async () => {
    const { value, done } = await chunks.next();
    return done ? undefined : value === null ? end : String(value);
  };
  return { directory, log, next, said, state, stop: () => until.abort(), stopAtOnce: () => stop.abort() };
}

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

test('a file that is not there is waited for, which is said', async t => {
  const { log, next, said } = following(t);
  const first = next();
  await nextTurn();
  assert.deepEqual(said, ['log: no such file yet, waiting for it']);
  writeFileSync(log, 'a\n');
  assert.equal(await first, 'a\n');
});

test('a symbolic link is followed into its directory, and when it leads elsewhere', async t => {
  const { directory, log, next } = following(t);
  const target = join(directory, 'days', 'today');
  mkdirSync(join(directory, 'days'));
  writeFileSync(target, 'a\n');
  symlinkSync('days/today', log);
  assert.equal(await next(), 'a\n');
  const second = next();
  renameSync(target, `${target}.1`);
  await nextTurn();
  writeFileSync(target, 'b\n');
  assert.equal(await second, end);
  assert.equal(await next(), 'b\n');
  const third = next();
  writeFileSync(join(directory, 'days', 'tomorrow'), 'c\n');
  symlinkSync('days/tomorrow', `${log}.new`);
  renameSync(`${log}.new`, log);
  assert.equal(await third, end);
  assert.equal(await next(), 'c\n');
});

test('where symbolic links lead to a file that is not there yet, it is waited for where it will be', async t => {
  const { directory, log, next, said } = following(t);
  mkdirSync(join(directory, 'days'));
  symlinkSync('days/latest', log);
  symlinkSync('today', join(directory, 'days', 'latest'));
  const first = next();
  await nextTurn();
  writeFileSync(join(directory, 'days', 'today'), 'a\n');
  assert.equal(await first, 'a\n');
  assert.deepEqual(said, ['log: no such file yet, waiting for it']);

  const throughDirectory = following(t, 'here/log');
  mkdirSync(join(throughDirectory.directory, 'far', 'away'), { recursive: true });
  symlinkSync('far/away', join(throughDirectory.directory, 'here'));
  symlinkSync('../today', throughDirectory.log);
  const second = throughDirectory.next();
  await nextTurn();
  writeFileSync(join(throughDirectory.directory, 'far', 'today'), 'b\n');
  assert.equal(await second, 'b\n');

  const nowhere = following(t);
  symlinkSync('none/today', nowhere.log);
  await assert.rejects(nowhere.next(), /leads to .*\/none, where there is no such directory$/);
});

test('a link in the middle of the way may lead elsewhere, or a directory be replaced', async t => {
  const { directory, log, next, said } = following(t, 'here/log');
  const at = (...names: string[]) => join(directory, ...names);
  for (const day of ['1', '2', '3', '4']) mkdirSync(at('days', day), { recursive: true });
  const lead = (link: string, target: string) => {
    symlinkSync(target, at('link'));
    renameSync(at('link'), at(link));
  };
  lead('today', 'days/1');
  lead('here', 'today');
  writeFileSync(log, 'a\n');
  assert.equal(await next(), 'a\n');

  const second = next();
  writeFileSync(at('days', '2', 'log'), 'b\n');
  lead('today', 'days/2');
  assert.equal(await second, end);
  assert.equal(await next(), 'b\n');

  const third = next();
  lead('here', 'days/3');
  await nextTurn();
  writeFileSync(log, 'c\n');
  assert.equal(await third, end);
  assert.equal(await next(), 'c\n');

  const fourth = next();
  renameSync(at('days', '3'), at('days', 'old'));
  await nextTurn();
  writeFileSync(at('days', 'old', 'log'), 'c\nd\n');
  assert.equal(await fourth, 'd\n');
  const fifth = next();
  renameSync(at('days', '4'), at('days', '3'));
  await nextTurn();
  writeFileSync(log, 'e\n');
  assert.equal(await fifth, end);
  assert.equal(await next(), 'e\n');
  assert.deepEqual(said, ['here/log: there is no directory days/3 any more, waiting for it']);
});

test('a directory that is not there, or takes the place of the file, is an error', async t => {
  const { log, next } = following(t, 'none/log');
  await assert.rejects(next(), { code: 'ENOENT' });

  const replaced = following(t);
  writeFileSync(replaced.log, 'a\n');
  assert.equal(await replaced.next(), 'a\n');
  const instead = replaced.next();
  rmSync(replaced.log);
  mkdirSync(replaced.log);
  await assert.rejects(instead, /log: is not a regular file any more/);
  assert.deepEqual(
    [canBeFollowed(replaced.log), canBeFollowed(log), canBeFollowed('-')],
    [false, true, false],
  );
});
