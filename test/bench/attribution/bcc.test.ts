import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { namesByBccsRule } from './bcc.js';

function answer(qname: string, ...addresses: string[]): AnyRecord {
  const answers = addresses.map(data => ({ name: qname, type: data.includes(':') ? 'AAAA' : 'A', data }));
  return { type: 'dns', proto: 'udp', qname, answers };
}

function connect(daddr: string): AnyRecord {
  return { type: 'connect', daddr };
}

function names(...records: AnyRecord[]): (string | null)[] {
  return [...namesByBccsRule(records).values()];
}

test("bcc's rule: the latest answer with the address, whoever asked", () => {
  const forged = { ...answer('forged.example', '192.0.2.1'), solicited: false, netns: 2 };
  const first = answer('a.example', '192.0.2.1', '2001:db8::1');
  assert.deepEqual(
    names(
      connect('192.0.2.1'),
      first,
      connect('192.0.2.1'),
      connect('2001:db8::1'),
      forged,
      connect('192.0.2.1'),
    ),
    [null, 'a.example', 'a.example', 'forged.example'],
  );
});

test("bcc's rule sees no answers over TCP and no hosts files", () => {
  const unseen = ['tcp', 'hosts'].map(proto => ({ ...answer('a.example', '192.0.2.1'), proto }));
  assert.deepEqual(names(...unseen, connect('192.0.2.1')), [null]);
});

test("bcc's rule forgets the least recently used of 10,240 addresses", () => {
  const many = Array.from({ length: 10_240 }, (_, i) =>
    answer('flood.example', `2001:db8::${i.toString(16)}`),
  );
  const known = answer('a.example', '192.0.2.1');
  assert.deepEqual(names(known, ...many, connect('192.0.2.1')), [null]);
  assert.deepEqual(names(known, ...many.slice(1), connect('192.0.2.1')), ['a.example']);
});
