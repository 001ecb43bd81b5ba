import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '@tcppipe/events';
import { type Message, parseMessage } from './message.js';
import { message, name, pointer, question, record, response, typeNumber } from './testing.js';

const QUESTION = 12;
const com = name('example', 'com');
const address = Buffer.from([192, 0, 2, 1]);

function parsed(bytes: Buffer, wireBytes = bytes.length): Message {
  const result = parseMessage(bytes, wireBytes);
  assert.ok(result);
  return result;
}

function dataOf(answers: Answer[]): string[] {
  return answers.map(({ data }) => data);
}

test('a response with a chain of CNAMEs', () => {
  const bytes = response({ type: 'A', name: 'WWW.example.com' }, [
    { type: 'CNAME', name: 'www.Example.com', ttl: 300, data: 'edge.example.net' },
    { type: 'A', name: 'edge.example.net', ttl: 60, data: '192.0.2.1' },
  ]);
  assert.deepEqual(parsed(bytes), {
    txid: 0x1234,
    isResponse: true,
    rcode: 'NOERROR',
    truncated: false,
    question: { qname: 'www.example.com', qtype: 'A' },
    answers: [
      { name: 'www.example.com', type: 'CNAME', ttl: 300, data: 'edge.example.net' },
      { name: 'edge.example.net', type: 'A', ttl: 60, data: '192.0.2.1' },
    ],
  });
});

test('a query has a question and no answers', () => {
  const bytes = message({ questions: [question(com, 28)] });
  bytes[2] = 0x01;
  const { isResponse, question: asked, answers } = parsed(bytes);
  assert.equal(isResponse, false);
  assert.deepEqual(asked, { qname: 'example.com', qtype: 'AAAA' });
  assert.deepEqual(answers, []);
});

test('the first question counts; there may be none', () => {
  assert.equal(
    parsed(message({ questions: [question(com), question(name('b'))] })).question?.qname,
    'example.com',
  );
  const bytes = message({ answers: [record(com, 1, address)] });
  assert.equal(parsed(bytes).question, undefined);
  assert.deepEqual(dataOf(parsed(bytes).answers), ['192.0.2.1']);
});

test('the response code includes the upper bits of EDNS', () => {
  const bytes = response({ type: 'A', name: 'a' }, [], [
    { type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 1, ednsVersion: 0, flags: 0, options: [] },
  ] as never);
  assert.equal(parsed(bytes).rcode, 'BADVERS');
  const nxdomain = message({ questions: [question(com)] });
  nxdomain[3] = 3;
  assert.equal(parsed(nxdomain).rcode, 'NXDOMAIN');
});

test('bytes shorter than a header are no message', () => {
  assert.equal(parseMessage(Buffer.alloc(11), 11), undefined);
  assert.ok(parseMessage(Buffer.alloc(12), 12));
});

test('counts that cannot fit are no message, by the length on the wire', () => {
  const bytes = message({ questions: [question(com)], answers: [record(com, 1, address)] });
  bytes.writeUInt16BE(4, 6);
  assert.equal(parseMessage(bytes, bytes.length), undefined);
  assert.equal(parsed(bytes, 512).truncated, true);
  assert.deepEqual(dataOf(parsed(bytes, 512).answers), ['192.0.2.1']);
});

test('TC is truncated', () => {
  const bytes = message({ questions: [question(com)] });
  assert.equal(parsed(bytes).truncated, false);
  bytes[2] = 0x82;
  assert.equal(parsed(bytes).truncated, true);
});

test('a packet cut anywhere keeps the answers before the cut and says so', () => {
  const answer = record(pointer(QUESTION), 1, address);
  const bytes = message({ questions: [question(com)], answers: [answer, answer, answer] });
  const start = bytes.length - 3 * answer.length;
  for (let length = 12; length < bytes.length; length++) {
    const { answers, truncated } = parsed(bytes.subarray(0, length), bytes.length);
    const whole = Math.max(0, Math.floor((length - start) / answer.length));
    assert.deepEqual(dataOf(answers), Array(whole).fill('192.0.2.1'));
    assert.equal(truncated, true);
  }
});

test('a malformed answer is left out and said, those around it stay', () => {
  const good = record(pointer(QUESTION), 1, address);
  for (const bad of [
    record(pointer(QUESTION), 1, Buffer.from([1, 2, 3])),
    record(pointer(0xfff), 1, address),
    record(com, 5, pointer(0xfff)),
  ]) {
    const { answers, truncated } = parsed(
      message({ questions: [question(com)], answers: [good, bad, good] }),
    );
    assert.deepEqual(dataOf(answers), ['192.0.2.1', '192.0.2.1']);
    assert.equal(truncated, true);
  }
});

test('RDLENGTH past the end of the packet makes no address', () => {
  const bytes = message({ answers: [record(com, 28, Buffer.alloc(15), 16)] });
  assert.deepEqual(parsed(bytes).answers, []);
  assert.equal(parsed(bytes).truncated, true);
});

test('a malformed additional record loses nothing', () => {
  const bad = record(pointer(0xfff), 1, address, 0xffff);
  const { answers, truncated } = parsed(message({ answers: [record(com, 1, address)], additionals: [bad] }));
  assert.deepEqual(dataOf(answers), ['192.0.2.1']);
  assert.equal(truncated, false);
});

test('a malformed question leaves the answers and no question', () => {
  const forward = question(pointer(0xfff));
  const { question: asked, answers } = parsed(
    message({ questions: [forward], answers: [record(com, 1, address)] }),
  );
  assert.equal(asked, undefined);
  assert.deepEqual(dataOf(answers), ['192.0.2.1']);
});

test('a TTL with the top bit set is 0', () => {
  const answer = record(com, 1, address);
  answer.writeUInt32BE(0x8000_0000, com.length + 4);
  assert.equal(parsed(message({ answers: [answer] })).answers[0]?.ttl, 0);
  answer.writeUInt32BE(0x7fff_ffff, com.length + 4);
  assert.equal(parsed(message({ answers: [answer] })).answers[0]?.ttl, 0x7fff_ffff);
});

test('64 addresses are kept, other records beyond them too', () => {
  const many = Array(65).fill(record(com, 1, address));
  const { answers, truncated } = parsed(message({ answers: [...many, record(com, 5, name('b'))] }));
  assert.equal(answers.filter(({ type }) => type === 'A').length, 64);
  assert.equal(answers.at(-1)?.data, 'b');
  assert.equal(truncated, true);
  assert.equal(parsed(message({ answers: many.slice(1) })).truncated, false);
});

test('128 answers are kept', () => {
  const many = Array(129).fill(record(name('a'), 2, name('b')));
  assert.equal(parsed(message({ answers: many })).answers.length, 128);
  assert.equal(parsed(message({ answers: many })).truncated, true);
  assert.equal(parsed(message({ answers: many.slice(1) })).truncated, false);
});

test('answers take at most 12 KiB of JSON, escapes included', () => {
  const text = Buffer.concat([Buffer.from([255]), Buffer.alloc(255, '\\')]);
  const { answers, truncated } = parsed(message({ answers: Array(40).fill(record(com, 16, text)) }));
  assert.equal(truncated, true);
  assert.ok(answers.length > 8);
  assert.ok(JSON.stringify(answers).length <= 12 * 1024);
});

test('HTTPS answers have their mnemonic and data in hexadecimal', () => {
  const bytes = response({ type: typeNumber(65), name: 'example.com' }, [
    { type: typeNumber(65), name: 'example.com', ttl: 1, data: Buffer.from([0, 1, 0]) } as never,
  ]);
  const { question: asked, answers } = parsed(bytes);
  assert.equal(asked?.qtype, 'HTTPS');
  assert.deepEqual(answers, [{ name: 'example.com', type: 'HTTPS', ttl: 1, data: '\\# 3 000100' }]);
});
