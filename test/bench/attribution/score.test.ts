import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '@tcppipe/events';
import { type Case, casesOf, decidable, isTrue, scoreOf, truthfulness } from './score.js';
import { because, type Situation, type Truth } from './situation.js';
import type { Made } from './workload.js';

function situation(truth: Truth, says?: Situation['says']): Situation {
  return { name: truth, truth, run: async () => [], ...(says && { says }) };
}

function made(name: string | null, sport = 40_000): Made {
  return { kind: 'connect', pid: 7, saddr: '192.0.2.1', sport, daddr: '192.0.2.2', dport: 80, name };
}

function caseOf(of: Situation, name: string | null, query: string | null, dns: Evidence = {}): Case {
  return { situation: of, made: made(name), query, dns, bcc: null, afterLoss: false };
}

const named = situation('named');
const unnamed = situation('unnamed', because('no_query'));

test('precision counts names given, recall names on the wire, abstention everything', () => {
  const cases = [
    caseOf(named, 'a.example', 'a.example'),
    caseOf(named, 'a.example', 'b.example'),
    caseOf(named, 'a.example', null),
    caseOf(unnamed, null, 'c.example'),
    caseOf(unnamed, null, null),
  ];
  assert.deepEqual(
    scoreOf(cases, ({ query }) => query),
    { cases: 5, precision: 1 / 3, recall: 1 / 3, abstention: 2 / 5 },
  );
});

test('a share of nothing is no number', () => {
  assert.deepEqual(
    scoreOf([caseOf(unnamed, null, null)], ({ query }) => query),
    { cases: 1, precision: undefined, recall: undefined, abstention: 1 },
  );
});

test('evidence is true when it names the name without doubt, or says what the situation asks', () => {
  assert.equal(isTrue(caseOf(named, 'a.example', 'a.example')), true);
  assert.equal(isTrue(caseOf(named, 'a.example', 'a.example', { ambiguous: true })), false);
  assert.equal(isTrue(caseOf(named, 'a.example', null, { reason: 'not_seen' })), false);
  assert.equal(isTrue(caseOf(unnamed, null, null, { reason: 'no_query' })), true);
  assert.equal(isTrue(caseOf(unnamed, null, null, { reason: 'not_seen' })), false);
  assert.equal(isTrue(caseOf(unnamed, null, 'a.example', { reason: 'no_query' })), false);
  const lost = caseOf(unnamed, null, null, { reason: 'lost' });
  assert.equal(isTrue(lost), false);
  assert.equal(isTrue({ ...lost, afterLoss: true }), true);
  assert.equal(
    truthfulness([caseOf(named, 'a.example', 'a.example'), caseOf(named, 'a.example', null)]),
    0.5,
  );
});

test('what has several right answers is left out of the sum', () => {
  const one = caseOf(named, 'a.example', 'a.example');
  assert.deepEqual(decidable([one, caseOf(situation('open'), 'a.example', 'b.example')]), [one]);
});

test('a connect is found by its process and both ends, or is an error', () => {
  const { kind: _, name: __, ...ends } = made('a.example');
  const dns = { scope: 'process' };
  const record = { type: 'connect', ...ends, query: 'a.example', dns };
  const connects = new Map([[named, [made('a.example')]]]);
  assert.deepEqual(casesOf(connects, [record], new Map([[record, 'b.example']])), [
    {
      situation: named,
      made: made('a.example'),
      query: 'a.example',
      dns,
      bcc: 'b.example',
      afterLoss: false,
    },
  ]);
  const loss = { type: 'lost', tool: 'dnssource' };
  assert.equal(casesOf(connects, [loss, record], new Map())[0]!.afterLoss, true);
  assert.throws(() => casesOf(connects, [], new Map()), /^Error: 0 records of /);
  assert.throws(() => casesOf(connects, [record, record], new Map()), /^Error: 2 records of /);
  assert.throws(() => casesOf(connects, [{ ...record, sport: 1 }], new Map()), /^Error: 0 records of /);
});
