import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fifo } from './fifo.js';

test('what comes first goes first, however much comes in between', () => {
  const steps = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 30 });
  fc.assert(
    fc.property(steps, steps => {
      const fifo = new Fifo<number>();
      const expected: number[] = [];
      let next = 0;
      for (const [more, less] of steps) {
        for (let n = 0; n < more; n++) {
          fifo.push(next);
          expected.push(next++);
        }
        assert.equal(fifo.last, expected.at(-1));
        for (let n = 0; n < less; n++) {
          assert.equal(fifo.first, expected.shift());
          fifo.drop();
        }
        assert.equal(fifo.last, expected.at(-1));
      }
    }),
  );
});
