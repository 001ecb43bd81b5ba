import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answered } from './answer.js';
import { usualQuestions } from './run.js';

describe('every question of the benchmarks gets an answer on this machine', () => {
  for (const question of usualQuestions) {
    if (question.name === 'attribution') continue; // live/attribution.test.ts measures the same, and takes as long
    it(question.asks, async t => {
      const { figures, skipped } = await answered(question, { quick: true, large: false });
      if (skipped !== undefined) return t.skip(skipped);
      assert.ok(figures.length > 0);
      for (const { what, value } of figures) assert.ok(Number.isFinite(value), `${what}: ${value}`);
    });
  }
});
