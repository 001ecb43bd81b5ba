import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerTable } from './table.js';
import { add, fill, get, hits } from './testing/asking.js';

test('a flood of 400 responses with 64 addresses leaves the other namespaces what they have', () => {
  const table = new AnswerTable(10_000);
  for (const netns of [1, 2, 3]) fill(table, netns, 2400);
  fill(table, 666, 400 * 64);
  for (const netns of [1, 2, 3]) assert.equal(hits(table, netns, 2400), 2400);
});

test('a flood by one process leaves the other processes of its namespace what they have', () => {
  const table = new AnswerTable(10_000);
  for (const pid of [1, 2, 3]) {
    for (let i = 0; i < 2400; i++) add(table, 1, `${pid}/${i}`, `${i}.example`, { pid });
  }
  add(table, 1, 'shared', 'shared.example', { pid: 666 });
  add(table, 1, 'shared', 'shared.example', { pid: 1 });
  for (let i = 0; i < 400 * 64; i++) add(table, 1, `666/${i}`, `${i}.example`, { pid: 666 });
  for (const pid of [1, 2, 3]) {
    for (let i = 0; i < 2400; i++) assert.equal(get(table, 1, `${pid}/${i}`).length, 1, `${pid}/${i}`);
  }
  assert.deepEqual(
    get(table, 1, 'shared').map(({ owner }) => owner.pid),
    [1],
  );
});

test('a flood by one process leaves the others of its namespace what they have, also where there is room for little', () => {
  const table = new AnswerTable(10_000);
  fill(table, 2, 9000);
  for (let i = 0; i < 50; i++) add(table, 1, `1/${i}`, `${i}.example`, { pid: 1 });
  for (let i = 0; i < 400 * 64; i++) add(table, 1, `666/${i}`, `${i}.example`, { pid: 666 });
  for (let i = 0; i < 50; i++) assert.equal(get(table, 1, `1/${i}`).length, 1, `${i}`);
});

test('a namespace with more than a quarter gives way to newcomers with less', () => {
  const table = new AnswerTable(1000);
  fill(table, 666, 5000);
  fill(table, 1, 240);
  fill(table, 2, 240);
  assert.equal(hits(table, 1, 240) + hits(table, 2, 240), 480);
  let left = 0;
  for (let i = 0; i < 5000; i++) left += get(table, 666, `666/${i}`).length;
  assert.equal(left, 520);
});

test('resolver daemons have a space of their own, within the same bounds', () => {
  const table = new AnswerTable(1000);
  fill(table, 1, 240);
  for (let i = 0; i < 5000; i++) add(table, 'resolver', `${i}`, `${i}.example`);
  assert.equal(hits(table, 1, 240), 240);
  assert.equal(get(table, 'resolver', '4999').length, 1);
  assert.equal(get(table, 'resolver', '0').length, 0);
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
    add(table, visit + 1, 'a', 'a.example', { time: visit * 300e6 });
    for (let i = 0; i < 3; i++) add(table, visit + 1, `${i}`, 'a.example', { time: visit * 300e6 });
    assert.equal(get(table, 1, '1/0', visit * 300e6).length, 1);
  }
  assert.equal(hits(table, 1, 200), 200);
  assert.equal(get(table, 2, 'a', 400 * 300e6).length, 0);
});

test('a user who floods from many namespaces leaves all other users what they have', () => {
  const table = new AnswerTable(10_000);
  for (const uid of [0, 33]) for (const netns of [1, 2]) fill(table, uid * 100 + netns, 1800, { uid });
  const flooder = { uid: 1000 };
  for (let i = 0; i < 100_000; i++)
    add(table, 1e6 + (i % 50_000), `${i}`, `${i}.example`, { ...flooder, pid: i });
  for (const netns of [1, 2, 3301, 3302]) assert.equal(hits(table, netns, 1800), 1800);
  assert.equal(table.size, 10_000);
});

test('the uids that a user was given for his user namespaces count as one', () => {
  const table = new AnswerTable(1000);
  fill(table, 1, 400);
  for (let i = 0; i < 10_000; i++) add(table, 2 + i, `${i}`, `${i}.example`, { uid: 100_000 + (i % 65_536) });
  assert.equal(hits(table, 1, 400), 400);
});

test('what a flooding user got while there was room he gives back to others, a quarter to each', () => {
  const table = new AnswerTable(1000);
  for (let i = 0; i < 5000; i++) add(table, 2 + i, `${i}`, `${i}.example`, { uid: 1000 });
  for (const uid of [1, 2, 3]) fill(table, 1e6 + uid, 250, { uid });
  for (const uid of [1, 2, 3]) assert.equal(hits(table, 1e6 + uid, 250), 250);
});

test('a namespace of several users gives way as one', () => {
  const table = new AnswerTable(1000);
  for (const uid of [1, 2, 3, 4]) fill(table, uid * 10, 100, { uid });
  for (const uid of [5, 6, 7])
    for (let i = 0; i < 200; i++) add(table, 1, `${uid}/${i}`, `${i}.example`, { uid });
  fill(table, 2, 200, { uid: 8 });
  for (const uid of [1, 2, 3, 4]) assert.equal(hits(table, uid * 10, 100), 100);
  assert.equal(hits(table, 2, 200), 200);
});

test('lines of hosts files stay, however long nobody needs them', () => {
  const table = new AnswerTable(1000);
  add(table, 'hosts', 'a', 'a.example', { uid: Number.NaN, pid: Number.NaN });
  for (let hour = 1; hour <= 100; hour++) fill(table, hour, 100, { time: hour * 3600e6 });
  assert.equal(get(table, 'hosts', 'a', 400e9).length, 1);
  assert.equal(table.size, 1000);
});
