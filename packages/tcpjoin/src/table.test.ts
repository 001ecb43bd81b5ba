import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { Answer } from './kept.js';
import type { Space } from './shares.js';
import { AnswerTable } from './table.js';

interface Asked {
  time?: number;
  pid?: number;
  uid?: number;
  /** Characters of text besides the name. */
  text?: number;
}

function add(table: AnswerTable, space: Space, address: string, qname: string, asked: Asked = {}): void {
  const { time = 0, pid = 1, uid = 0, text = 0 } = asked;
  const owner = { pid, start: 0, netns: 0, mntns: 0 };
  const chain = text > 0 ? ['x'.repeat(text)] : [];
  const question = { qname, chain, resolver: undefined, isStatic: false, owner, uid };
  table.add(space, address, question, time, 60);
}

function groupedBy<T, K extends keyof T>(all: readonly T[], key: K): T[][] {
  const groups = new Map<T[K], T[]>();
  for (const one of all) groups.set(one[key], [...(groups.get(one[key]) ?? []), one]);
  return [...groups.values()];
}

/** The first of the longest. */
function longest<T>(lists: readonly T[][]): T[] {
  return lists.reduce((a, b) => (b.length > a.length ? b : a));
}

function get(table: AnswerTable, space: Space, address: string, at = 0): readonly Answer[] {
  const known = table.find(address);
  return known ? table.get(space, known, at) : [];
}

/** Has a process of a user ask in a namespace for so many names, each with an address of its own. */
function fill(table: AnswerTable, netns: number, count: number, asked: Asked = {}): void {
  for (let i = 0; i < count; i++) add(table, netns, `${netns}/${i}`, `${i}.example`, asked);
}

function hits(table: AnswerTable, netns: number, count: number): number {
  let found = 0;
  for (let i = 0; i < count; i++) if (get(table, netns, `${netns}/${i}`).length > 0) found++;
  return found;
}

test('the least recently used address goes first', () => {
  const table = new AnswerTable(3);
  fill(table, 1, 3);
  assert.equal(get(table, 1, '1/0', 1).length, 1);
  add(table, 1, 'new', 'new.example', { time: 2 });
  assert.deepEqual(
    ['1/0', '1/1', '1/2', 'new'].map(address => get(table, 1, address, 2).length),
    [1, 0, 1, 1],
  );
});

test('a look-up finds what had been received by then, and in its own namespace', () => {
  const table = new AnswerTable(10);
  for (const time of [30, 10, 20]) add(table, 1, 'a', 'a.example', { time });
  add(table, 1, 'a', 'b.example', { time: 15 });
  const seen = (at: number) => get(table, 1, 'a', at).map(({ qname, time }) => `${qname} ${time}`);
  assert.deepEqual(seen(9), []);
  assert.deepEqual(seen(14), ['a.example 10']);
  assert.deepEqual(seen(29), ['a.example 20', 'b.example 15']);
  assert.deepEqual(seen(99), ['a.example 30', 'b.example 15']);
  assert.deepEqual(get(table, 2, 'a', 99), []);
});

test('of many answers to a question the latest 256 are found, in whatever order they came', () => {
  const times = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 600, size: 'max' });
  const disorder = fc.nat(30);
  fc.assert(
    fc.property(times, disorder, fc.array(fc.nat(100_000), { maxLength: 50 }), (times, disorder, looks) => {
      const came = times
        .toSorted((a, b) => a - b)
        .map((time, i) => ({ time, at: i + ((time * 7919) % (disorder + 1)) }))
        .sort((a, b) => a.at - b.at);
      const table = new AnswerTable(1000);
      for (const { time } of came) add(table, 1, 'a', 'a.example', { time });
      const kept = times.toSorted((a, b) => b - a).slice(0, 256);
      for (const at of [...looks, kept.at(-1)!, kept.at(-1)! - 1]) {
        const expected = kept.find(time => time <= at);
        assert.deepEqual(
          get(table, 1, 'a', at).map(({ time, ttl }) => [time, ttl]),
          expected === undefined ? [] : [[expected, 60]],
        );
      }
    }),
  );
});

test('-0, which JSON has too, is the namespace 0, and an unknown one is one', () => {
  for (const [space, same] of [
    [0, -0],
    [-0, 0],
    [Number.NaN, Number.NaN],
  ] as const) {
    const table = new AnswerTable(10);
    add(table, space, 'a', 'a.example');
    add(table, same, 'a', 'b.example');
    for (const asked of [space, same])
      assert.deepEqual(
        get(table, asked, 'a').map(({ qname }) => qname),
        ['a.example', 'b.example'],
      );
  }
});

test('a name asked for again and again does not push out another', () => {
  const table = new AnswerTable(100);
  add(table, 1, 'a', 'rare.example', { time: 0 });
  for (let time = 1; time <= 1000; time++) add(table, 1, 'a', 'often.example', { time });
  const names = (at: number) => get(table, 1, 'a', at).map(({ qname }) => qname);
  assert.deepEqual(names(2000), ['rare.example', 'often.example']);
  assert.deepEqual(names(800), ['rare.example', 'often.example']);
  for (let i = 0; i < 100; i++) add(table, 1, 'a', `${i}.example`, { time: 2000 + i });
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

test('long names take several places, so that memory is bounded and not only the number of addresses', () => {
  const table = new AnswerTable(1000);
  for (let i = 0; i < 1000; i++) add(table, 1, `${i}`, 'a.example', { text: 16_000 });
  let kept = 0;
  for (let i = 0; i < 1000; i++) kept += get(table, 1, `${i}`).length;
  assert.equal(kept, Math.floor(1000 / 11));
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

test('which 32 questions are kept for one address is as told: of who asked most, what was needed longest ago goes', () => {
  const asking = fc.record({
    uid: fc.constantFrom(0, 1, 33, Number.NaN),
    pid: fc.oneof(fc.nat(2), fc.integer({ min: 100, max: 200 })),
    time: fc.nat(20),
    needing: fc.array(fc.nat(31), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(asking, { minLength: 30, maxLength: 150, size: 'max' }), all => {
      const table = new AnswerTable(1000);
      let kept: { qname: string; uid: number; pid: number; time: number; needed: number }[] = [];
      for (const [i, { uid, pid, time, needing }] of all.entries()) {
        const qname = `${i}.example`;
        add(table, 1, 'a', qname, { uid, pid, time });
        kept.push({ qname, uid, pid, time, needed: i });
        if (kept.length > 32) {
          const ofUser = longest(groupedBy(kept, 'uid'));
          const ofProcess = longest(groupedBy(ofUser, 'pid'));
          const some = ofProcess.length > 8 ? ofProcess : ofUser;
          const gone = some.reduce((a, b) => ((b.needed - a.needed || b.time - a.time) < 0 ? b : a));
          kept = kept.filter(one => one !== gone);
        }
        const answers = get(table, 1, 'a', 20);
        assert.deepEqual(
          answers.map(({ qname }) => qname),
          kept.map(({ qname }) => qname),
        );
        const needed = needing.filter(place => place < kept.length);
        table.need(needed.map(place => answers[place]!));
        for (const place of needed) kept[place]!.needed = i;
      }
    }),
  );
});

test('32 questions for one address are not all of a flooder', () => {
  const table = new AnswerTable(1000);
  add(table, 1, 'a', 'rare.example', { uid: 33 });
  for (let i = 0; i < 1000; i++) add(table, 1, 'a', `${i}.example`, { uid: 1000, pid: i, time: i });
  const names = get(table, 1, 'a', 5000).map(({ qname }) => qname);
  assert.equal(names.length, 32);
  assert.ok(names.includes('rare.example'));
});

test('lines of hosts files stay, however long nobody needs them', () => {
  const table = new AnswerTable(1000);
  add(table, 'hosts', 'a', 'a.example', { uid: Number.NaN, pid: Number.NaN });
  for (let hour = 1; hour <= 100; hour++) fill(table, hour, 100, { time: hour * 3600e6 });
  assert.equal(get(table, 'hosts', 'a', 400e9).length, 1);
  assert.equal(table.size, 1000);
});

test('places are counted, and never more than allowed, whatever comes', () => {
  const steps = fc.array(
    fc.record({
      ...{ space: fc.integer({ min: 1, max: 6 }), address: fc.nat(30), name: fc.nat(9), gap: fc.nat(900e6) },
      ...{ pid: fc.nat(4), uid: fc.nat(3), text: fc.constantFrom(0, 0, 3000), looks: fc.boolean() },
    }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), (steps, max) => {
      const table = new AnswerTable(max);
      let time = 0;
      for (const { space, address, name, gap, looks, ...asked } of steps) {
        time += gap;
        if (looks) get(table, space, `${address}`, time);
        else add(table, space, `${address}`, `${name}.example`, { ...asked, time });
        assert.ok(table.size <= max);
      }
      let found = 0;
      for (let space = 1; space <= 6; space++) {
        for (let address = 0; address <= 30; address++) found += get(table, space, `${address}`, time).length;
      }
      assert.ok(found <= table.size);
      assert.equal(found === 0, table.size === 0);
    }),
    { numRuns: 200 },
  );
});

test('random names at random addresses leave memory within 32 MB', () => {
  const table = new AnswerTable(10_000);
  const before = liveBytes();
  for (let i = 0; i < 300_000; i++) {
    const name = `${(i * 7919).toString(36)}.flood.example`;
    add(table, 1, `10.0.${i % 40}.${i % 251}`, name, { time: i, pid: i });
  }
  assert.ok(liveBytes() - before < 32e6);
  assert.equal(table.size, 10_000);
});

/** Bytes on the heap after garbage is collected. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
