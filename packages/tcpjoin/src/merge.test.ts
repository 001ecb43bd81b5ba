import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Heap } from './heap.js';
import { inEventOrder, Merge, type Timed } from './merge.js';

function at(time: number, run = 'a', seq = 0, dns = false): Timed {
  return { time, dns, run, seq };
}

function taken(merge: Merge<Timed>, upTo = merge.horizon()): number[] {
  const times: number[] = [];
  for (let item = merge.take(upTo); item; item = merge.take(upTo)) times.push(item.time);
  return times;
}

test('a heap gives its items in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), numbers => {
      const heap = new Heap<number>((a, b) => a - b);
      for (const number of numbers) heap.push(number);
      assert.deepEqual(
        numbers.map(() => heap.pop()),
        numbers.toSorted((a, b) => a - b),
      );
      assert.equal(heap.pop(), undefined);
    }),
  );
});

test('a heap puts its first back where it belongs', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(99), fc.nat(99))), steps => {
      const heap = new Heap<{ value: number }>((a, b) => a.value - b.value);
      const all = steps.map(([value]) => ({ value }));
      for (const one of all) heap.push(one);
      for (const [, more] of steps) {
        heap.first!.value += more;
        heap.putBackFirst();
        assert.equal(heap.first!.value, Math.min(...all.map(({ value }) => value)));
      }
    }),
  );
});

test('DNS comes first where times are equal, then run and seq decide', () => {
  const items = [at(1, 'b', 0), at(1, 'a', 2), at(1, 'a', 1), at(1, 'z', 9, true), at(0, 'z', 9)];
  assert.deepEqual(items.toSorted(inEventOrder), items.toReversed());
});

test('an item waits until every open input has come past it by the window', () => {
  const merge = new Merge<Timed>(2, 10);
  merge.add(0, at(100));
  merge.add(0, at(120));
  assert.deepEqual(taken(merge), []);
  merge.add(1, at(109));
  assert.deepEqual(taken(merge), []);
  merge.add(1, at(110));
  assert.deepEqual(taken(merge), [100]);
  merge.end(1);
  assert.deepEqual(taken(merge), [109, 110]);
  merge.end(0);
  assert.deepEqual(taken(merge), [120]);
  assert.equal(merge.held, 0);
});

test('of any number of inputs the first item comes first, once each that is open has come past it', () => {
  const inputs = 9;
  const window = 10;
  const step = fc.record({
    input: fc.nat(inputs - 1),
    time: fc.nat(60),
    dns: fc.boolean(),
    ends: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const merge = new Merge<Timed>(inputs, window);
      const clocks = new Array<number>(inputs).fill(Number.NEGATIVE_INFINITY);
      const waiting: Timed[] = [];
      for (const [seq, { input, time, dns, ends }] of steps.entries()) {
        if (!merge.isOpen(input)) continue;
        const item = at(time, 'a', seq, dns);
        merge.add(input, item);
        waiting.push(item);
        if (time > clocks[input]! || time < clocks[input]! - window) clocks[input] = time;
        if (ends) {
          merge.end(input);
          clocks[input] = Number.POSITIVE_INFINITY;
        }
        const complete = Math.min(...clocks) - window;
        for (const first of waiting.toSorted(inEventOrder).filter(({ time }) => time <= complete)) {
          assert.equal(merge.takeComplete(), first);
          waiting.splice(waiting.indexOf(first), 1);
        }
        assert.equal(merge.takeComplete(), undefined);
        assert.equal(merge.held, waiting.length);
      }
    }),
  );
});

test('a recording behind another is ordered by itself', () => {
  const merge = new Merge<Timed>(1, 10);
  for (const time of [100, 200]) merge.add(0, at(time, 'dns', time, true));
  assert.deepEqual(taken(merge), [100]);
  for (const time of [52, 50, 70, 61]) merge.add(0, at(time));
  assert.deepEqual(taken(merge), [50, 52]);
  assert.equal(merge.heldOthers, 2);
  merge.end(0);
  assert.deepEqual(taken(merge), [61, 70, 200]);
});

test('whatever is added comes out once, in order if the disorder is within the window', () => {
  const jitter = fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.boolean()), { maxLength: 300 });
  fc.assert(
    fc.property(jitter, steps => {
      const merge = new Merge<Timed>(2, 10);
      const out: number[] = [];
      let time = 0;
      for (const [step, back, second] of steps) {
        time += step;
        merge.add(second ? 1 : 0, at(time - back));
        out.push(...taken(merge));
      }
      merge.end(0);
      merge.end(1);
      out.push(...taken(merge));
      assert.equal(out.length, steps.length);
      assert.deepEqual(
        out,
        out.toSorted((a, b) => a - b),
      );
    }),
  );
});
