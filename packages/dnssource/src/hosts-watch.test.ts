import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs, {
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnyRecord } from '@tcppipe/events';
import { readersOf, watchHosts } from './hosts-watch.js';

/** Watches a file; `next` gives the names emitted until the next call of `emitted`. */
function watched(path: string, say: (message: string) => void = message => assert.fail(message)) {
  let records: AnyRecord[] = [];
  let readings = 0;
  let tell: (names: unknown[]) => void = () => {};
  const emitted = () => {
    const names = records.map(({ qname }) => qname);
    assert.ok(new Set(records.map(({ mono_us }) => mono_us)).size <= 1, 'all of a reading have one time');
    records = [];
    tell(names);
  };
  const next = () => new Promise<unknown[]>(resolve => (tell = resolve));
  const emitter = {
    stampNow: () => ({ ts: 0, mono_us: readings++, run: '', seq: 0 }),
    stamp: (mono_us: number) => ({ ts: 0, mono_us, run: '', seq: 0 }),
    note(record: object) {
      const { mntns, netns } = record as AnyRecord;
      const readers: AnyRecord = readersOf(fs.readFileSync('/proc/self/mountinfo', 'utf8'));
      assert.deepEqual([mntns, netns], [readers.mntns, readers.netns]);
      records.push(record as AnyRecord);
    },
  };
  const first = next();
  const end = watchHosts(path, {
    emitter,
    emitted,
    say,
    watchMounts: () => () => {},
  });
  return { first, next, end };
}

test('a hosts file is emitted at once, when it is written to and when another takes its place', async t => {
  const path = hostsFile(t);
  const { first, next, end } = watched(path);
  t.after(end);
  assert.deepEqual(await first, ['one.example']);

  const grown = next();
  writeFileSync(path, '192.0.2.2 two.example\n', { flag: 'a' });
  assert.deepEqual(await grown, ['one.example', 'two.example']);

  const replaced = next();
  writeFileSync(`${path}.new`, '192.0.2.3 three.example\n');
  renameSync(`${path}.new`, path);
  assert.deepEqual(await replaced, ['three.example']);
});

test('a hosts file that goes on changing is read meanwhile', async t => {
  const path = hostsFile(t);
  const { first, next, end } = watched(path);
  t.after(end);
  await first;
  const grown = next();
  writeFileSync(path, '192.0.2.2 two.example\n', { flag: 'a' });
  const touching = setInterval(() => utimesSync(path, new Date(), new Date()), 30);
  t.after(() => clearInterval(touching));
  const never = delay(5000, 'nothing for five seconds', { ref: false });
  assert.deepEqual(await Promise.race([grown, never]), ['one.example', 'two.example']);
});

test('a hosts file is that of a mount namespace, or of those in the network namespace whose mounts it follows', () => {
  const own = { mntns: statSync('/proc/self/ns/mnt').ino };
  const others = { netns: statSync('/proc/self/ns/net').ino };
  const tmp = '36 28 0:31 / /tmp rw master:5 - tmpfs tmpfs rw\n';
  assert.deepEqual(readersOf(`28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n${tmp}`), own);
  assert.deepEqual(readersOf(`28 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n${tmp}`), own);
  assert.deepEqual(readersOf(`28 1 8:1 / / ro,relatime master:1 - ext4 /dev/sda1 rw\n${tmp}`), others);
  assert.deepEqual(readersOf(`28 1 8:1 / / ro shared:9 master:1 - ext4 /dev/sda1 rw\n`), others);
  assert.deepEqual(readersOf(''), own);
});

test('of a file that has no entries any more, or has gone, that is said once', async t => {
  const path = hostsFile(t);
  const { first, next, end } = watched(path);
  t.after(end);
  await first;
  for (const end of [() => writeFileSync(path, '127.0.0.1 localhost\n'), () => rmSync(path)]) {
    const ended = next();
    end();
    assert.deepEqual(await ended, ['']);
    const back = next();
    writeFileSync(path, '192.0.2.4 four.example\n');
    assert.deepEqual(await back, ['four.example']);
  }
});

test('without a hosts file nothing is emitted until there is one', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'hosts');
  const { first, end } = watched(path);
  t.after(end);
  writeFileSync(path, '192.0.2.1 one.example\n');
  assert.deepEqual(await first, ['one.example']);
});

/** Has the kernel refuse watches of `refused`; returns what lets it. */
function refuseWatches(t: TestContext, code: string, refused: (place: fs.PathLike) => boolean): () => void {
  const { watch } = fs;
  const { mock } = t.mock.method(fs, 'watch', (...args: Parameters<typeof watch>) => {
    if (refused(args[0])) throw Object.assign(new Error(`${code}: refused`), { code });
    return watch(...args);
  });
  const restore = () => {
    mock.restore();
    syncBuiltinESMExports();
  };
  syncBuiltinESMExports();
  t.after(restore);
  return restore;
}

/** A hosts file with one name, in a directory of its own. */
function hostsFile(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'hosts');
  writeFileSync(path, '192.0.2.1 one.example\n');
  return path;
}

test('where there are no watches left, that is said once, and the file emitted', async t => {
  const path = hostsFile(t);
  refuseWatches(t, 'ENOSPC', () => true);
  const said: string[] = [];
  const { first, end } = watched(path, message => said.push(message));
  t.after(end);
  assert.deepEqual(await first, ['one.example']);
  assert.deepEqual(said, [`changes of ${path} will not be seen: ENOSPC: refused`]);
});

test('watches that are used up after a change end nothing', async t => {
  const path = hostsFile(t);
  const said: string[] = [];
  const { first, next, end } = watched(path, message => said.push(message));
  t.after(end);
  await first;
  refuseWatches(t, 'EMFILE', () => true);
  const changed = next();
  writeFileSync(path, '192.0.2.2 two.example\n');
  assert.deepEqual(await changed, ['two.example']);
  assert.deepEqual(said, [`changes of ${path} will not be seen: EMFILE: refused`]);
});

test('a file that goes before it is watched is seen when it is there again', async t => {
  const path = hostsFile(t);
  const restore = refuseWatches(t, 'ENOENT', place => place === path);
  const { first, next, end } = watched(path);
  t.after(end);
  await first;
  restore();
  const changed = next();
  writeFileSync(path, '192.0.2.2 two.example\n');
  assert.deepEqual(await changed, ['two.example']);
});

test('what is no regular file is not waited for', t => {
  const path = hostsFile(t);
  rmSync(path);
  execFileSync('mkfifo', [path]);
  const said: string[] = [];
  const { end } = watched(path, message => said.push(message));
  end();
  assert.deepEqual(said, [`${path} is not evidence: not a regular file`]);
});

test('a link that leads to itself is no evidence, and what takes its place is', async t => {
  const path = hostsFile(t);
  rmSync(path);
  symlinkSync(path, path);
  const said: string[] = [];
  const { first, end } = watched(path, message => said.push(message));
  t.after(end);
  assert.equal(said[0], `${path} is not evidence: ELOOP`);
  writeFileSync(`${path}.new`, '192.0.2.1 one.example\n');
  renameSync(`${path}.new`, path);
  assert.deepEqual(await first, ['one.example']);
});
