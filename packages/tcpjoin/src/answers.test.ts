import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { linksIn } from './answers.js';

function found(answers: unknown, fields: AnyRecord = {}) {
  return linksIn({ type: 'dns', qname: 'q.example', answers, ...fields });
}

function addressesIn(links: ReturnType<typeof found>): string[] {
  return links.map(({ address }) => address);
}

function a(name: string, data: string, ttl: unknown = 60) {
  return { name, type: data.includes(':') ? 'AAAA' : 'A', ttl, data };
}

function cname(name: string, data: string, ttl: unknown = 60) {
  return { name, type: 'CNAME', ttl, data };
}

test('addresses of the name and of its CNAMEs count, others do not', () => {
  const answers = [
    a('q.example', '192.0.2.1'),
    a('elsewhere.example', '192.0.2.2'),
    a('c2.example', '2001:db8::1'),
    cname('c1.example', 'c2.example'),
    cname('q.example', 'c1.example'),
    cname('elsewhere.example', 'c3.example'),
    a('c3.example', '192.0.2.3'),
    { name: 'q.example', type: 'HTTPS', ttl: 60, data: '192.0.2.4' },
  ];
  const addresses = found(answers).map(({ address, chain }) => [address, chain]);
  assert.deepEqual(addresses, [
    ['192.0.2.1', []],
    ['2001:db8::1', ['c1.example', 'c2.example']],
  ]);
});

test('the TTL is the least on the way', () => {
  const ttl = (...ttls: unknown[]) =>
    found([cname('q.example', 'c.example', ttls[0]), a('c.example', '192.0.2.1', ttls[1])])[0]!.ttl;
  assert.equal(ttl(5, 60), 5);
  assert.equal(ttl(60, 5), 5);
  assert.equal(ttl('x', 5), 5);
  assert.equal(ttl(-1, null), undefined);
  assert.equal(ttl(1e15, 1e15), 2 ** 31 - 1);
});

test('CNAMEs that go round or on for ever come to an end', () => {
  const round = [
    cname('q.example', 'c.example'),
    cname('c.example', 'q.example'),
    a('c.example', '192.0.2.1'),
  ];
  assert.deepEqual(addressesIn(found(round)), ['192.0.2.1']);
  const hops = Array.from({ length: 100 }, (_, i) => cname(i === 0 ? 'q.example' : `c${i}`, `c${i + 1}`));
  assert.deepEqual(addressesIn(found([...hops, a('c16', '192.0.2.1'), a('c17', '192.0.2.2')])), [
    '192.0.2.1',
  ]);
});

test('an address that is given twice counts once, with the TTL that was given last', () => {
  const answers = [
    a('q.example', '192.0.2.1', 5),
    a('q.example', '192.0.2.2'),
    a('q.example', '192.0.2.1', 7),
  ];
  assert.deepEqual(found(answers), [
    { address: '192.0.2.1', chain: [], ttl: 7 },
    { address: '192.0.2.2', chain: [], ttl: 60 },
  ]);
});

test('at most 64 addresses are taken from one response', () => {
  const many = Array.from({ length: 250 }, (_, i) => a('q.example', `192.0.2.${i}`));
  assert.equal(found(many).length, 64);
});

test('an IPv4-mapped address counts as the IPv4 address', () => {
  assert.deepEqual(addressesIn(found([a('q.example', '::ffff:192.0.2.1')])), ['192.0.2.1']);
});

test('a refusal, a nameless response and shapeless answers hold nothing', () => {
  const good = [a('q.example', '192.0.2.1')];
  assert.equal(found(good, { rcode: 'NXDOMAIN' }).length, 0);
  assert.equal(found(good, { qname: '' }).length, 0);
  assert.equal(found(good, { qname: 7 }).length, 0);
  assert.equal(found('192.0.2.1').length, 0);
  assert.equal(
    found([null, 1, {}, { name: 'q.example', type: 'A' }, a('q.example', 'x'.repeat(46))]).length,
    0,
  );
});
