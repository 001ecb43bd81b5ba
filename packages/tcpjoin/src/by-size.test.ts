import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BySize, Sized } from './by-size.js';

test('the largest is one that nothing is larger than, however sizes change', () => {
  const change = fc.tuple(fc.nat(19), fc.oneof(fc.nat(20), fc.constant(0)));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300, size: 'max' }), changes => {
      const bySize = new BySize<number>();
      const all = Array.from({ length: 20 }, (_, item) => new Sized(item));
      const sizes = all.map(() => 0);
      for (const [item, size] of changes) {
        bySize.change(all[item]!, size);
        sizes[item] = size;
        const { largest } = bySize;
        assert.equal(largest === undefined ? 0 : sizes[largest], Math.max(...sizes));
      }
    }),
    { numRuns: 500 },
  );
});
