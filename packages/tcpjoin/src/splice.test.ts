import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
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

test('dangerous characters are escaped, whoever wrote them', () => {
  const line = joinedLine('{"comm":"\u009b1m\u202e\x7f"}', undefined, { query: '\u200b', dns: {} });
  assert.equal(line, '{"comm":"\\u009b1m\\u202e\\u007f","query":"\\u200b","dns":{}}');
});

test('a line stays within 16 KiB, without chain and candidates if need be', () => {
  const names = Array.from({ length: 16 }, (_, i) => `${i}.`.padEnd(1000, 'é'));
  const dns = { scope: 'netns', chain: names, candidates: names, ambiguous: true };
  const line = joinedLine('{"type":"connect"}', undefined, { query: 'a.example', dns });
  assert.deepEqual(JSON.parse(line).dns, { scope: 'netns', ambiguous: true });
  assert.ok(Buffer.byteLength(line) < 16_384);
});
