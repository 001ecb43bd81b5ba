import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Answer } from './answers.js';
import { AnswerTable } from './table.js';

function answer(qname: string, time = 0, pid = 1, text = 0): Answer {
  const owner = { pid, start: 0, netns: 0, mntns: 0 };
  const chain = text > 0 ? ['x'.repeat(text)] : [];
  return { time, qname, chain, ttl: 60, resolver: undefined, isStatic: false, owner };
}

function fill(table: AnswerTable, netns: number, count: number): void {
  for (let i = 0; i < count; i++) table.add(netns, `${netns}/${i}`, answer(`${i}.example`));
}

function hits(table: AnswerTable, netns: number, count: number): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (table.get(netns, `${netns}/${i}`, 0).length > 0) found++;
  return found;
}

test('the least recently used address goes first', () => {
  const table = new AnswerTable(3);
  fill(table, 1, 3);
  assert.equal(table.get(1, '1/0', 0).length, 1);
  table.add(1, 'new', answer('new.example'));
  assert.deepEqual(
    ['1/0', '1/1', '1/2', 'new'].map(address => table.get(1, address, 0).length),
    [1, 0, 1, 1],
  );
});

test('a look-up finds what had been received by then, and in its own namespace', () => {
  const table = new AnswerTable(10);
  for (const time of [30, 10, 20]) table.add(1, 'a', answer('a.example', time));
  table.add(1, 'a', answer('b.example', 15));
  const seen = (at: number) => table.get(1, 'a', at).map(({ qname, time }) => `${qname} ${time}`);
  assert.deepEqual(seen(9), []);
  assert.deepEqual(seen(14), ['a.example 10']);
  assert.deepEqual(seen(29), ['a.example 20', 'b.example 15']);
  assert.deepEqual(seen(99), ['a.example 30', 'b.example 15']);
  assert.deepEqual(table.get(2, 'a', 99), []);
  assert.deepEqual(table.namespaces(), [1]);
});

test('a name asked for again and again does not push out another', () => {
  const table = new AnswerTable(100);
  table.add(1, 'a', answer('rare.example', 0));
  for (let time = 1; time <= 1000; time++) table.add(1, 'a', answer('often.example', time));
  const names = (at: number) => table.get(1, 'a', at).map(({ qname }) => qname);
  assert.deepEqual(names(2000), ['rare.example', 'often.example']);
  assert.deepEqual(names(800), ['rare.example', 'often.example']);
  for (let i = 0; i < 100; i++) table.add(1, 'a', answer(`${i}.example`, 2000 + i));
  assert.equal(names(3000).length, 32);
  assert.equal(names(3000).at(-1), '99.example');
});

test('a flood of 400 responses with 64 addresses leaves the other namespaces what they have', () => {
  const table = new AnswerTable(10_000);
  for (const netns of [1, 2, 3]) fill(table, netns, 2400);
  fill(table, 666, 400 * 64);
  for (const netns of [1, 2, 3]) assert.equal(hits(table, netns, 2400), 2400);
});

test('a flood by one process leaves the other processes of its namespace what they have', () => {
  const table = new AnswerTable(10_000);
  for (const pid of [1, 2, 3]) {
    for (let i = 0; i < 2400; i++) table.add(1, `${pid}/${i}`, answer(`${i}.example`, 0, pid));
  }
  table.add(1, 'shared', answer('shared.example', 0, 666));
  table.add(1, 'shared', answer('shared.example', 0, 1));
  for (let i = 0; i < 400 * 64; i++) table.add(1, `666/${i}`, answer(`${i}.example`, 0, 666));
  for (const pid of [1, 2, 3]) {
    for (let i = 0; i < 2400; i++) assert.equal(table.get(1, `${pid}/${i}`, 0).length, 1, `${pid}/${i}`);
  }
  assert.deepEqual(
    table.get(1, 'shared', 0).map(({ owner }) => owner.pid),
    [1],
  );
});

test('a flood by one process leaves the others of its namespace what they have, also where there is room for little', () => {
  const table = new AnswerTable(10_000);
  fill(table, 2, 9000);
  for (let i = 0; i < 50; i++) table.add(1, `1/${i}`, answer(`${i}.example`, 0, 1));
  for (let i = 0; i < 400 * 64; i++) table.add(1, `666/${i}`, answer(`${i}.example`, 0, 666));
  for (let i = 0; i < 50; i++) assert.equal(table.get(1, `1/${i}`, 0).length, 1, `${i}`);
});

test('a namespace with more than a quarter gives way to newcomers with less', () => {
  const table = new AnswerTable(1000);
  fill(table, 666, 5000);
  fill(table, 1, 240);
  fill(table, 2, 240);
  assert.equal(hits(table, 1, 240) + hits(table, 2, 240), 480);
  let left = 0;
  for (let i = 0; i < 5000; i++) left += table.get(666, `666/${i}`, 0).length;
  assert.equal(left, 520);
});

test('resolver daemons have a space of their own, within the same bounds', () => {
  const table = new AnswerTable(1000);
  fill(table, 1, 240);
  for (let i = 0; i < 5000; i++) table.add('resolver', `${i}`, answer(`${i}.example`));
  assert.equal(hits(table, 1, 240), 240);
  assert.equal(table.get('resolver', '4999', 0).length, 1);
  assert.equal(table.get('resolver', '0', 0).length, 0);
  assert.deepEqual(table.namespaces(), [1]);
});

test('a flood from many namespaces leaves every one its equal share', () => {
  const table = new AnswerTable(1000);
  fill(table, 1, 50);
  for (let netns = 2; netns <= 20; netns++) fill(table, netns, 1000);
  assert.ok(hits(table, 1, 50) >= 49);
});

test('namespaces that came and went give way to one in use', () => {
  const table = new AnswerTable(1000);
  fill(table, 1, 200);
  for (let visit = 1; visit <= 400; visit++) {
    table.add(visit + 1, 'a', answer('a.example', visit * 300e6));
    for (let i = 0; i < 3; i++) table.add(visit + 1, `${i}`, answer('a.example', visit * 300e6));
    assert.equal(table.get(1, '1/0', visit * 300e6).length, 1);
  }
  assert.equal(hits(table, 1, 200), 200);
  assert.ok(table.namespaces().length <= 1 + 800 / 4 + 1, 'the last one emptied may still stand');
});

test('long names take several places, so that memory is bounded and not only the number of addresses', () => {
  const table = new AnswerTable(1000);
  for (let i = 0; i < 1000; i++) table.add(1, `${i}`, answer('a.example', 0, 1, 16_000));
  let kept = 0;
  for (let i = 0; i < 1000; i++) kept += table.get(1, `${i}`, 0).length;
  assert.equal(kept, Math.floor(1000 / 11));
});

test('random names at random addresses leave memory within 32 MB', () => {
  const table = new AnswerTable(10_000);
  const before = liveBytes();
  for (let i = 0; i < 300_000; i++) {
    table.add(1, `10.0.${i % 40}.${i % 251}`, answer(`${(i * 7919).toString(36)}.flood.example`, i, i));
  }
  assert.ok(liveBytes() - before < 32e6);
  assert.ok(table.namespaces().length === 1);
});

/** Bytes on the heap after garbage is collected. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
