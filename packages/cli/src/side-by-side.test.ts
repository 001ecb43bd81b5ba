import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sideBySide } from './side-by-side.js';

/** Gives its items, then ends, fails, or stays silent for ever. */
async function* input(items: string[], end: 'ends' | 'fails' | 'stays') {
  yield* items;
  if (end === 'fails') throw new Error('broken');
  if (end === 'stays') await new Promise(() => {});
}

test('all inputs are read, each in its own order, none after another', async () => {
  const given: string[] = [];
  for await (const item of sideBySide([input(['a1', 'a2'], 'ends'), input(['b1', 'b2'], 'ends')]))
    given.push(item);
  assert.deepEqual(given.toSorted(), ['a1', 'a2', 'b1', 'b2']);
  assert.deepEqual(
    given.filter(item => item.startsWith('b')),
    ['b1', 'b2'],
  );
  assert.ok(given.indexOf('b1') < given.indexOf('a2'));
});

test('an input is not asked for more before its item was used', async () => {
  let asked = 0;
  async function* counting() {
    for (;;) yield ++asked;
  }
  const both = sideBySide([counting()]);
  for (let i = 1; i <= 3; i++) {
    await both.next();
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(asked, i);
  }
});

test('an input that fails is told after what came before it, though another is silent', async () => {
  const given: string[] = [];
  await assert.rejects(async () => {
    for await (const item of sideBySide([input(['a'], 'stays'), input(['b'], 'fails')])) given.push(item);
  }, /broken/);
  assert.deepEqual(given.toSorted(), ['a', 'b']);
});
