import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRecord, serialise } from '@tcppipe/events';
import fc from 'fast-check';
import { joinedLine } from './splice.js';

const verdict = { query: 'a.example', dns: { scope: 'process' } };

function joinedText(text: string): string {
  const record = JSON.parse(text) as AnyRecord;
  const wasJoined = record.query !== undefined || record.dns !== undefined;
  return joinedLine(text, wasJoined ? record : undefined, verdict);
}

test('the text of the record stays as it came', () => {
  const end = ',"query":"a.example","dns":{"scope":"process"}}';
  assert.equal(joinedText('{"type":"connect","x":{"y":[1.50]}}'), `{"type":"connect","x":{"y":[1.50]}${end}`);
  assert.equal(joinedText(' { "type" : "connect" } \t'), ` { "type" : "connect" ${end}`);
});

test('a record that was joined before is joined anew', () => {
  const joined = JSON.parse(
    joinedText('{"query":null,"type":"connect","dns":{"reason":"lost"},"__proto__":1}'),
  );
  assert.deepEqual(Object.keys(joined), ['type', '__proto__', 'query', 'dns']);
  assert.equal(joined.query, 'a.example');
  assert.deepEqual(JSON.parse(joinedText('{"type":"connect","query":"x"}')), { type: 'connect', ...verdict });
});

test('evidence is written as a serialiser would, dangerous characters escaped', () => {
  const name = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\u200b', '\x7f', '"', '\\'),
  );
  const dns = fc.record(
    {
      age_ms: fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.maxSafeNat().map(us => us / 1e3),
        fc.integer().map(us => us / 1e3),
      ),
      scope: name,
      ttl_left_s: fc.nat().map(ms => ms / 1e3),
      chain: fc.array(name),
      resolver: name,
      candidates: fc.array(name),
      ambiguous: fc.constant(true),
      reason: name,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.record({ query: fc.option(name), dns }), verdict => {
      assert.equal(joinedLine('{"ip":4}', undefined, verdict), serialise({ ip: 4, ...verdict }));
    }),
    { numRuns: 1000 },
  );
});

test('a line stays within 16 KiB, without chain and candidates if need be', () => {
  const names = Array.from({ length: 16 }, (_, i) => `${i}.`.padEnd(1000, 'é'));
  const dns = { scope: 'netns', chain: names, candidates: names, ambiguous: true };
  const line = joinedLine('{"type":"connect"}', undefined, { query: 'a.example', dns });
  assert.deepEqual(JSON.parse(line).dns, { scope: 'netns', ambiguous: true });
  assert.ok(Buffer.byteLength(line) < 16_384);
});
