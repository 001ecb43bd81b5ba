import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measured } from '../bench/attribution/measure.js';
import { decidable, scoreOf, untrue } from '../bench/attribution/score.js';
import { temporaryDirectory } from '../lib/pipeline.js';

test('in every situation the name given is the one that was used, or the evidence says why none is', async t => {
  const { cases, differingReplays, warnings } = await measured(t, 5, temporaryDirectory(t));
  const wrong = untrue(cases).map(({ situation, made, query, dns }) => ({
    situation: situation.name,
    made,
    query,
    dns,
  }));
  assert.deepEqual(wrong, [], warnings);
  const { precision, recall } = scoreOf(decidable(cases), ({ query }) => query);
  assert.equal(precision, 1);
  assert.equal(recall, 1);
  if (!/came later/.test(warnings)) assert.deepEqual(differingReplays, []);
});
