import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Held, type HeldItem } from './held.js';
import type { Item } from './item.js';

const owner = { pid: 1, start: 2, netns: 3, mntns: 4 };

const item: fc.Arbitrary<Item> = fc.record(
  {
    time: fc.double({ noNaN: true }),
    dns: fc.boolean(),
    run: fc.string(),
    seq: fc.nat(),
    text: fc.oneof(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.integer({ min: 8000, max: 16_384 }).map(length => 'x'.repeat(length)),
    ),
    isPlain: fc.boolean(),
    connection: fc.option(
      fc.record(
        { daddr: fc.string(), dport: fc.nat(), owner: fc.constant(owner), at: fc.nat() },
        { noNullPrototype: true },
      ),
      { nil: undefined },
    ),
    joined: fc.constantFrom('named', 'unnamed', undefined),
    news: fc.constantFrom('lost', 'alive', undefined),
  },
  { noNullPrototype: true },
);

test('records that wait stay what they are, in whatever order they go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(item, fc.nat()), { maxLength: 100 }), steps => {
      const held = new Held();
      const waiting: { was: Item; is: HeldItem }[] = [];
      const release = (at: number) => {
        const [{ was, is }] = waiting.splice(at, 1) as [(typeof waiting)[number]];
        const { time, dns, run, seq, text, isPlain, connection, joined, news } = is;
        assert.deepEqual({ time, dns, run, seq, text, isPlain, connection, joined, news }, was);
        held.release(is);
      };
      for (const [was, at] of steps) {
        waiting.push({ was, is: held.keep(was) });
        if (at % 3 > 0) release(at % waiting.length);
      }
      while (waiting.length > 0) release(0);
    }),
  );
});
