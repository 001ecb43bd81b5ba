import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostsEntries } from './hosts.js';

const names = (text: string) =>
  hostsEntries(text).entries.map(({ qname, qtype, answers }) => [
    qname,
    qtype,
    answers!.map(a => a.data).join(),
  ]);

test('every name of a line leads to its address, aliases too', () => {
  assert.deepEqual(names('10.0.0.7\tdb.internal  DB  db-1.internal.\n'), [
    ['db.internal', 'A', '10.0.0.7'],
    ['db', 'A', '10.0.0.7'],
    ['db-1.internal', 'A', '10.0.0.7'],
  ]);
});

test('several addresses of one name are one entry for each family', () => {
  assert.deepEqual(names('10.0.0.1 a\n2001:DB8::0:1 a\n10.0.0.2 a\n'), [
    ['a', 'A', '10.0.0.1,10.0.0.2'],
    ['a', 'AAAA', '2001:db8::1'],
  ]);
});

test('comments, blank lines, junk and addresses that lead nowhere say nothing', () => {
  assert.deepEqual(names('# 10.0.0.1 a\n\n10.0.0 b\n0.0.0.0 ads\n:: ads\nlocalhost\n10.0.0.3 c # d\n'), [
    ['c', 'A', '10.0.0.3'],
  ]);
});

test('127.0.0.1 and ::1 stay localhost, other loopback addresses have the names they are given', () => {
  assert.deepEqual(names('127.0.0.1 localhost app.test\n::1 ip6-localhost\n127.0.1.1 box\n'), [
    ['box', 'A', '127.0.1.1'],
  ]);
});

test('an address means the same in whatever form it is written', () => {
  assert.deepEqual(names('0:0:0:0:0:0:0:1 a\n0::0 b\n::FFFF:127.0.0.1 c\n::ffff:0:0 d\n'), []);
  assert.deepEqual(names('::ffff:10.0.0.1 db\n0:0:0:0:0:ffff:a00:2 db\n::ffff:0:1 e\n::ffff:1:0:1 f\n'), [
    ['db', 'A', '10.0.0.1,10.0.0.2'],
    ['e', 'A', '0.0.0.1'],
    ['f', 'AAAA', '::ffff:1:0:1'],
  ]);
});

test('a zone index is no part of an address', () => {
  assert.deepEqual(names('fe80::1%lo0 router\n'), [['router', 'AAAA', 'fe80::1']]);
});

test('no more than 10,000 names, and the rest is counted', () => {
  const text = Array.from({ length: 10_007 }, (_, i) => `10.0.0.1 n${i}`).join('\n');
  const { entries, leftOut } = hostsEntries(text);
  assert.equal(entries.length, 10_000);
  assert.equal(leftOut, 7);
});

test('a name with many addresses is several entries, each of which fits a line', () => {
  const name = '\x01'.repeat(255);
  const lines = Array.from(
    { length: 3000 },
    (_, i) => `2001:db8:1111:2222:3333:4444:${(i + 4096).toString(16)}:8888 ${name}`,
  );
  const { entries, leftOut } = hostsEntries(lines.join('\n'));
  assert.equal(leftOut, 0);
  assert.deepEqual(
    entries.flatMap(({ answers }) => answers!.map(({ data, name }) => `${data} ${name}`)),
    lines,
  );
  for (const entry of entries) assert.ok(JSON.stringify(entry).length < 15_000);
});

test('a name that is longer than any is left out, and counted', () => {
  const { entries, leftOut } = hostsEntries(`10.0.0.1 ${'x'.repeat(256)} a\n10.0.0.2 ${'x'.repeat(256)}\n`);
  assert.deepEqual([entries.map(({ qname }) => qname), leftOut], [['a'], 2]);
});
