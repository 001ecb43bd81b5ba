import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Exchange, Solicitor } from './solicitor.js';

const exchange: Exchange = { sock: '7', txid: 1, server: '192.0.2.53', port: 53, question: 'a IN A' };

test('an answer to the query of the same socket is solicited, and takes as long as it took', () => {
  const solicitor = new Solicitor();
  solicitor.ask(exchange, 1_000_000);
  assert.equal(solicitor.answer(exchange, 1_004_500), 4_500);
});

test('whatever differs from the query makes an answer unsolicited', () => {
  const solicitor = new Solicitor();
  solicitor.ask(exchange, 0);
  const forged: Partial<Exchange>[] = [
    { sock: '8' },
    { txid: 2 },
    { server: '192.0.2.54' },
    { port: 5353 },
    { question: 'b IN A' },
  ];
  for (const change of forged) assert.equal(solicitor.answer({ ...exchange, ...change }, 1), undefined);
  assert.equal(solicitor.answer(exchange, 1), 1);
});

test('a query is answered once', () => {
  const solicitor = new Solicitor();
  solicitor.ask(exchange, 0);
  solicitor.answer(exchange, 1);
  assert.equal(solicitor.answer(exchange, 2), undefined);
});

test('a query that is sent again counts from then on', () => {
  const solicitor = new Solicitor();
  solicitor.ask(exchange, 0);
  solicitor.ask(exchange, 5_000_000);
  assert.equal(solicitor.answer(exchange, 5_000_100), 100);
});

test('an answer after more than 30 s is unsolicited', () => {
  const solicitor = new Solicitor();
  solicitor.ask(exchange, 0);
  assert.equal(solicitor.answer(exchange, 30_000_001), undefined);
});

test('a flood of queries pushes out the oldest and no others', () => {
  const solicitor = new Solicitor(100);
  for (let txid = 0; txid < 150; txid++) solicitor.ask({ ...exchange, txid }, txid);
  assert.equal(solicitor.answer({ ...exchange, txid: 49 }, 200), undefined);
  assert.equal(solicitor.answer({ ...exchange, txid: 50 }, 200), 150);
});
