import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Query, Solicitor } from './solicitor.js';

const owner = { pid: 10, tid: 11, uid: 0, comm: 'curl', pid_start_us: 5 };

function sentAt(monoUs: number): Query {
  return { monoUs, owner, places: {}, netns: 1 };
}

test('an answer is to the query with the same exchange', () => {
  const solicitor = new Solicitor();
  const query = sentAt(1_000_000);
  solicitor.ask('a', query);
  assert.equal(solicitor.answer('b', 1_004_500), undefined);
  assert.equal(solicitor.answer('a', 1_004_500), query);
});

test('a query is answered once', () => {
  const solicitor = new Solicitor();
  solicitor.ask('a', sentAt(0));
  solicitor.answer('a', 1);
  assert.equal(solicitor.answer('a', 2), undefined);
});

test('a query that is sent again counts from then on', () => {
  const solicitor = new Solicitor();
  solicitor.ask('a', sentAt(0));
  const again = sentAt(5_000_000);
  solicitor.ask('a', again);
  assert.equal(solicitor.answer('a', 35_000_000), again);
});

test('an answer after more than 30 s is unsolicited', () => {
  const solicitor = new Solicitor();
  solicitor.ask('a', sentAt(0));
  assert.equal(solicitor.answer('a', 30_000_001), undefined);
});

test('a flood of queries pushes out the oldest and no others', () => {
  const solicitor = new Solicitor(100);
  for (let txid = 0; txid < 150; txid++) solicitor.ask(`${txid}`, sentAt(txid));
  assert.equal(solicitor.answer('49', 200), undefined);
  assert.deepEqual(solicitor.answer('50', 200), sentAt(50));
});

test('the flood of one user pushes out no query of another', () => {
  const solicitor = new Solicitor(100);
  const query = sentAt(0);
  solicitor.ask('a', query);
  for (let txid = 0; txid < 1000; txid++)
    solicitor.ask(`${txid}`, { ...sentAt(txid), owner: { ...owner, uid: 1000 } });
  assert.equal(solicitor.answer('a', 1000), query);
});
