import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from './types.js';
import { problemOf } from './validate.js';

const source = { ts: 1795162665.123456, mono_us: 8000000, run: '5f3a9c01', seq: 0 };
const connect: AnyRecord = {
  type: 'connect',
  ...source,
  pid: 1201,
  comm: 'curl',
  ip: 4,
  saddr: '192.0.2.10',
  sport: 40112,
  daddr: '198.51.100.7',
  dport: 443,
};
const dns: AnyRecord = {
  type: 'dns',
  ...source,
  qname: 'example.com',
  qtype: 'A',
  rcode: 'NOERROR',
  answers: [{ name: 'example.com', type: 'A', ttl: 60, data: '198.51.100.7' }],
};

test('records of every kind are right', () => {
  const right: AnyRecord[] = [
    connect,
    dns,
    { ...connect, query: null, dns: { reason: 'none' } },
    { ...connect, query: 'example.com', dns: { age_ms: 3, chain: ['a.example'], ambiguous: true } },
    { type: 'count', comm: 'curl', qname: 'a', connects: 2, from: 1, to: 2, other: true },
    { type: 'lost', ...source, tool: 'tcpsource', count: 3, reason: 'ring_full' },
  ];
  for (const record of right) assert.equal(problemOf(record), undefined, JSON.stringify(record));
});

test('what is wrong is named', () => {
  const { mono_us, ...timeless } = connect;
  const wrong: [AnyRecord, RegExp][] = [
    [{ type: 'later' }, /unknown type "later"/],
    [timeless, /connect without mono_us/],
    [{ ...connect, qname: 'a' }, /qname in connect/],
    [{ ...connect, pid: 1.5 }, /pid is no integer: 1\.5/],
    [{ ...connect, pid: 2 ** 53 }, /pid is no integer/],
    [{ ...connect, comm: null }, /comm is no string: null/],
    [{ ...connect, query: 7 }, /query is no string/],
    [{ ...connect, query: 'a', dns: { age_ms: 'old' } }, /dns is no evidence/],
    [{ ...dns, answers: [{ name: 'a', type: 'A', ttl: 60 }] }, /answers is no answers/],
    [{ ...connect, colour: 'red' }, /unknown field "colour"/],
    [{ ...source, ...connect, type: 'connect' }, /type out of order/],
    [{ type: 'count', comm: 'curl' }, /count without connects/],
  ];
  for (const [record, message] of wrong) assert.match(problemOf(record) ?? '', message);
  assert.equal(mono_us, source.mono_us);
});
