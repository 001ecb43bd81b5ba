import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { watchHosts } from './hosts-watch.js';

/** Watches a file; `next` gives the names emitted until the next call of `emitted`. */
function watched(path: string) {
  let records: AnyRecord[] = [];
  let tell: (names: unknown[]) => void = () => {};
  const emitted = () => {
    const names = records.map(({ qname }) => qname);
    records = [];
    tell(names);
  };
  const next = () => new Promise<unknown[]>(resolve => (tell = resolve));
  const emitter = {
    stampNow: () => ({ ts: 0, mono_us: 0, run: '', seq: 0 }),
    note(record: object) {
      assert.equal((record as AnyRecord).mntns, statSync('/proc/self/ns/mnt').ino);
      records.push(record as AnyRecord);
    },
  };
  const first = next();
  const end = watchHosts(path, {
    emitter,
    emitted,
    say: message => assert.fail(message),
    watchMounts: () => () => {},
  });
  return { first, next, end };
}

test('a hosts file is emitted at once, when it is written to and when another takes its place', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'hosts');
  writeFileSync(path, '192.0.2.1 one.example\n');
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

test('without a hosts file nothing is emitted until there is one', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'hosts');
  const { first, end } = watched(path);
  t.after(end);
  writeFileSync(path, '192.0.2.1 one.example\n');
  assert.deepEqual(await first, ['one.example']);
});
