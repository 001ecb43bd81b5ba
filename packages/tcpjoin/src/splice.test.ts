import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRecord, serialise } from '@tcppipe/events';
import fc from 'fast-check';
import { verdictFrom } from './evidence.js';
import { isVerbatim } from './kept.js';
import type { Named } from './names.js';
import { isAscii, joinedText, withoutVerdict } from './splice.js';

const owner = { pid: 1, start: 0, netns: 1, mntns: 1, boot: 0 };
const question = {
  isVerbatim: true,
  ...{ qname: 'a.example', chain: [], resolver: undefined, isStatic: true, owner, uid: 0 },
};
const at = 5e6;
const named: Named = { scope: 'process', answers: [{ ...question, time: 0, ttl: undefined }], until: at };

test('the text of the record stays as it came', () => {
  const end = ',"query":"a.example","dns":{"age_ms":5000,"scope":"process"}}';
  const joined = (text: string) => joinedText(text, named, at);
  assert.equal(joined('{"type":"connect","x":{"y":[1.50]}}'), `{"type":"connect","x":{"y":[1.50]}${end}`);
  assert.equal(joined(' { "type" : "connect" } \t'), ` { "type" : "connect" ${end}`);
});

test('of a record that was joined before all stays but what was said then', () => {
  const joined = '{"query":null,"type":"connect","dns":{"reason":"lost"},"__proto__":1}';
  assert.equal(withoutVerdict(joined), '{"type":"connect","__proto__":1}');
  assert.equal(withoutVerdict('{"query":"x","comm":"\\u200b"}'), '{"comm":"\\u200b"}');
});

test('evidence is written as a serialiser would, dangerous characters escaped', () => {
  const name = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u200b', '\x7f', '"', '\\'),
  );
  const answer = fc
    .record({
      qname: name,
      chain: fc.array(name, { maxLength: 3 }),
      resolver: fc.option(name, { nil: undefined }),
      isStatic: fc.boolean(),
      owner: fc.constant(owner),
      uid: fc.nat(),
      time: fc.oneof(fc.integer({ min: -1e15, max: 5e6 }), fc.nat(5e6), fc.constant(at)),
      ttl: fc.option(fc.oneof(fc.nat(10), fc.nat(2 ** 31 - 1)), { nil: undefined }),
    })
    .map(one => ({ ...one, isVerbatim: [one.qname, ...one.chain, one.resolver ?? ''].every(isVerbatim) }));
  const answers = fc.oneof(fc.tuple(answer), fc.array(answer, { minLength: 1, maxLength: 20 }));
  const scope = fc.constantFrom('process', 'netns', 'resolver', 'host');
  const finding = fc.oneof(
    fc.constantFrom('loopback', 'no_query'),
    fc.record({ scope, answers, until: fc.constant(at) }),
  ) as fc.Arbitrary<Named | string>;
  fc.assert(
    fc.property(finding, finding => {
      const text = joinedText('{"ip":4}', finding, at);
      assert.equal(text, serialise({ ip: 4, ...verdictFrom(finding, at) }));
      assert.ok(!isAscii(finding) || Buffer.byteLength(text) === text.length);
    }),
    { numRuns: 1000 },
  );
});

test('a line stays within 16 KiB, without chain and candidates if need be', () => {
  const chain = Array.from({ length: 16 }, (_, i) => `${i}.`.padEnd(1000, 'é'));
  const answers = ['a.example', 'b.example'].map(qname => ({
    ...{ ...question, isVerbatim: false, qname, chain, time: 0, ttl: undefined },
  }));
  const line = joinedText('{"type":"connect"}', { scope: 'netns', answers, until: at }, at);
  const { dns } = JSON.parse(line) as AnyRecord;
  assert.deepEqual(dns, { age_ms: 5000, scope: 'netns', ambiguous: true });
  assert.ok(Buffer.byteLength(line) < 16_384);
});
