import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AnswerTable } from './table.js';
import { add, get } from './testing/asking.js';

function groupedBy<T, K extends keyof T>(all: readonly T[], key: K): T[][] {
  const groups = new Map<T[K], T[]>();
  for (const one of all) groups.set(one[key], [...(groups.get(one[key]) ?? []), one]);
  return [...groups.values()];
}

/** The first of the longest. */
function longest<T>(lists: readonly T[][]): T[] {
  return lists.reduce((a, b) => (b.length > a.length ? b : a));
}

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
