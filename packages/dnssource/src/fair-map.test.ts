import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairMap } from './fair-map.js';

function filled(most: number, ...of: readonly (readonly [uid: number | undefined, count: number])[]) {
  const map = new FairMap<number>(most);
  for (const [uid, count] of of) for (let i = 0; i < count; i++) map.set(`${uid} ${i}`, i, uid);
  const kept = (uid: number | undefined, from: number, to: number) => {
    let found = 0;
    for (let i = from; i < to; i++) if (map.get(`${uid} ${i}`) !== undefined) found++;
    return found;
  };
  return { map, kept };
}

test('of one user the oldest goes', () => {
  const { kept } = filled(100, [1, 150]);
  assert.deepEqual([kept(1, 0, 50), kept(1, 50, 150)], [0, 100]);
});

test('who has more than his share pushes out his own, however old those of others are', () => {
  const { kept } = filled(100, [1, 20], [2, 10_000]);
  assert.deepEqual([kept(1, 0, 20), kept(2, 9920, 10_000)], [20, 80]);
});

test('who has little pushes out those of who has more than his share', () => {
  const { kept } = filled(100, [1, 20], [2, 1000], [3, 20]);
  assert.deepEqual([kept(1, 0, 20), kept(2, 940, 1000), kept(3, 0, 20)], [20, 60, 20]);
});

test('where nobody has more than his share the oldest of all goes', () => {
  const { kept } = filled(100, [1, 25], [2, 25], [3, 25], [4, 25], [5, 5]);
  assert.deepEqual([kept(1, 0, 5), kept(1, 5, 25), kept(5, 0, 5)], [0, 20, 5]);
});

test('the subordinate uids of a user are one, and so are those who are not known', () => {
  const map = new FairMap<number>(100);
  for (let i = 0; i < 20; i++) map.set(`other ${i}`, i, 1000);
  for (let i = 0; i < 1000; i++) map.set(`block ${i}`, i, 100_000 + i);
  for (let i = 0; i < 1000; i++) map.set(`nobody ${i}`, i, undefined);
  for (let i = 0; i < 20; i++) assert.equal(map.get(`other ${i}`), i);
});

test('what is set again is the newest, and whose it was last', () => {
  const { map, kept } = filled(100, [1, 100]);
  map.set('1 0', 7, 2);
  map.set('new', 8, 1);
  assert.deepEqual([map.get('1 0'), kept(1, 1, 2), kept(1, 2, 100), map.get('new')], [7, 0, 98, 8]);
});

test('the oldest are deleted as long as that is asked for', () => {
  const { map, kept } = filled(100, [1, 10]);
  map.deleteWhile(value => value < 3);
  assert.deepEqual([kept(1, 0, 3), kept(1, 3, 10)], [0, 7]);
});
