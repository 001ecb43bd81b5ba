import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BySize } from './by-size.js';

test('the largest is one that nothing is larger than, however sizes change', () => {
  const change = fc.tuple(fc.nat(9), fc.nat(20));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), changes => {
      const bySize = new BySize<number>();
      const sizes = new Map<number, number>();
      for (const [item, size] of changes) {
        bySize.change(item, sizes.get(item) ?? 0, size);
        sizes.set(item, size);
        const most = Math.max(...sizes.values());
        const { largest } = bySize;
        assert.equal(largest === undefined ? 0 : sizes.get(largest), most);
      }
    }),
  );
});
