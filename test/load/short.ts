import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered } from '../bench/answer.js';
import type { Question } from '../bench/question.js';
import { holds, isFact } from './table.js';

/** Makes a test of the short form of each trial: its facts must hold, whatever else the machine does. */
export function testShortForms(trials: readonly Question[]): void {
  for (const trial of trials) {
    test(`${trial.name}: ${trial.asks}`, async t => {
      const { figures, skipped } = await answered(trial, { quick: true, large: false });
      if (skipped !== undefined) return t.skip(skipped);
      const facts = figures.filter(isFact);
      assert.ok(facts.length > 0);
      for (const fact of facts)
        assert.ok(holds(fact), `${fact.what}: ${fact.value}, not ${JSON.stringify(fact.bound)}`);
    });
  }
}
