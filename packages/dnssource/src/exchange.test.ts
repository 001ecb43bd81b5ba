import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idAndQuestion } from './exchange.js';
import { message, name, question } from './testing.js';

const example = question(name('example', 'com'));

function keyOf(asked: Buffer, id = 0x1234): string | undefined {
  const bytes = message({ questions: [asked] });
  bytes.writeUInt16BE(id, 0);
  return idAndQuestion(bytes);
}

test('case of ASCII letters makes no difference, nor do flags and what follows the question', () => {
  const query = message({ questions: [example], additionals: [name()] });
  query.writeUInt16BE(0x0100, 2);
  assert.equal(idAndQuestion(query), keyOf(question(name('eXaMPLE', 'Com'))));
});

test('every other difference does', () => {
  const chaos = Buffer.from(example);
  chaos[chaos.length - 1] = 3;
  const others = [
    keyOf(example, 0x1235),
    keyOf(question(name('example', 'con'))),
    keyOf(question(name('example.com'))),
    keyOf(question(name('example', 'com'), 28)),
    keyOf(question(name('example', 'com'), 0x41)),
    keyOf(question(name('example', 'com'), 0x61)),
    keyOf(question(name('\xc0'))),
    keyOf(question(name('\xe0'))),
    keyOf(chaos),
  ];
  assert.equal(new Set([...others, keyOf(example)]).size, others.length + 1);
});

test('without a whole question there is none', () => {
  const bytes = message({ questions: [example] });
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(idAndQuestion(bytes.subarray(0, length)), undefined);
  }
  assert.equal(idAndQuestion(message({})), undefined);
});

test('a name longer than names are is no question', () => {
  const labels = (count: number) => Array.from({ length: count }, () => 'x'.repeat(63));
  assert.notEqual(keyOf(question(name(...labels(3), 'y'.repeat(61)))), undefined);
  assert.equal(keyOf(question(name(...labels(3), 'y'.repeat(62)))), undefined);
  assert.equal(keyOf(question(name(...labels(60)))), undefined);
});
