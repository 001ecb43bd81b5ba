import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypeCounts } from './type-counts.js';

test('records are counted by type', () => {
  const counts = new TypeCounts();
  assert.deepEqual([counts.total, counts.most, `${counts}`], [0, undefined, '']);
  for (const type of ['dns', 'close', 'close', 'accept']) counts.add(type);
  assert.deepEqual([counts.total, counts.most, `${counts}`], [4, 'close', '1 dns, 2 close, 1 accept']);
  assert.equal(
    counts.sumOf(type => type !== 'close'),
    2,
  );
});
