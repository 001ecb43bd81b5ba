import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { canBeFollowed } from './follow.js';
import { end, following } from './testing/following.js';

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

test('a link in the middle of the path may lead elsewhere, or a directory be replaced', async t => {
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
