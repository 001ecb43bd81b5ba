import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from './message.js';
import { message, name, record } from './testing.js';

const owner = name('example', 'com');

/** The text of these data in an answer of this type; undefined where the answer is refused. */
function dataText(type: number, data: Buffer): string | undefined {
  const bytes = message({ answers: [record(owner, type, data)] });
  const parsed = parseMessage(bytes, bytes.length);
  assert.equal(parsed?.truncated, parsed?.answers.length === 0);
  return parsed?.answers[0]?.data;
}

function bytesOf(...parts: (string | number[] | Buffer)[]): Buffer {
  return Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  );
}

test('addresses are canonical text', () => {
  assert.equal(dataText(1, bytesOf([192, 0, 2, 1])), '192.0.2.1');
  assert.equal(dataText(28, Buffer.from('20010db8000000000000000000000001', 'hex')), '2001:db8::1');
});

test('addresses of any other length are refused', () => {
  for (const length of [0, 3, 5, 16]) assert.equal(dataText(1, Buffer.alloc(length, 1)), undefined);
  for (const length of [0, 4, 15, 17]) assert.equal(dataText(28, Buffer.alloc(length, 1)), undefined);
});

test('an A record of another class is no address', () => {
  const chaos = record(owner, 1, bytesOf([1, 2, 3, 4]));
  chaos.writeUInt16BE(3, owner.length + 2);
  const bytes = message({ answers: [chaos] });
  assert.equal(parseMessage(bytes, bytes.length)?.answers[0]?.data, '\\# 4 01020304');
});

test('the cache-flush bit of mDNS leaves an address an address', () => {
  const flush = record(owner, 1, bytesOf([1, 2, 3, 4]));
  flush.writeUInt16BE(0x8001, owner.length + 2);
  const bytes = message({ answers: [flush] });
  assert.equal(parseMessage(bytes, bytes.length)?.answers[0]?.data, '1.2.3.4');
});

test('CNAME, DNAME, NS and PTR are names', () => {
  for (const type of [2, 5, 12, 39]) assert.equal(dataText(type, name('Target', 'NET')), 'target.net');
  assert.equal(dataText(5, bytesOf(name('target'), [0])), undefined);
  assert.equal(dataText(5, bytesOf([])), undefined);
});

test('MX, SRV and SOA are numbers and names', () => {
  assert.equal(dataText(15, bytesOf([0, 10], name('mx', 'net'))), '10 mx.net');
  assert.equal(dataText(15, bytesOf([0, 0], name())), '0 .');
  assert.equal(dataText(33, bytesOf([0, 1, 0, 2, 1, 0xbb], name('h'))), '1 2 443 h');
  const times = bytesOf([0, 0, 0, 1], [0, 0, 0, 2], [0, 0, 0, 3], [0, 0, 0, 4], [255, 255, 255, 255]);
  assert.equal(dataText(6, bytesOf(name('ns'), name('a.b', 'c'), times)), 'ns a\\.b.c 1 2 3 4 4294967295');
});

test('MX, SRV and SOA that are cut are refused', () => {
  assert.equal(dataText(15, bytesOf([0])), undefined);
  assert.equal(dataText(33, bytesOf([0, 1, 0, 2, 1, 0xbb])), undefined);
  assert.equal(dataText(6, bytesOf(name('ns'), name('c'), Buffer.alloc(19))), undefined);
});

test('TXT is quoted strings without raw control characters', () => {
  assert.equal(dataText(16, bytesOf('\x03a b\x00')), '"a b" ""');
  assert.equal(dataText(16, bytesOf('\x06"\\\x1b\x7f\xc3\n')), '"\\"\\\\\\027\\127\\195\\010"');
});

test('DNSSEC, TLSA, SSHFP and CAA are in presentation form', () => {
  assert.equal(dataText(43, bytesOf([0x12, 0x34, 8, 2, 0xab])), '4660 8 2 AB');
  assert.equal(dataText(48, bytesOf([1, 1, 3, 13, 1, 2, 3])), '257 3 13 AQID');
  assert.equal(dataText(52, bytesOf([3, 1, 1, 0xcd])), '3 1 1 CD');
  assert.equal(dataText(44, bytesOf([4, 1], Buffer.alloc(20, 0xef))), `4 1 ${'EF'.repeat(20)}`);
  assert.equal(dataText(257, bytesOf('\x00\x05issueca.example')), '0 issue "ca.example"');
});

test('other types, and data that do not decode without loss, are hexadecimal as in RFC 3597', () => {
  assert.equal(dataText(65, bytesOf([0, 1, 0])), '\\# 3 000100');
  assert.equal(dataText(65_280, bytesOf([])), '\\# 0');
  assert.equal(dataText(16, bytesOf('\x05abc')), '\\# 4 05616263');
  assert.equal(dataText(16, bytesOf([])), '\\# 0');
  assert.equal(dataText(43, bytesOf([1])), '\\# 1 01');
  assert.equal(dataText(44, bytesOf([4, 9, 1])), '\\# 3 040901');
  assert.equal(dataText(257, bytesOf('\x00\x05issue\xff')), '\\# 8 00056973737565FF');
  assert.equal(dataText(257, bytesOf('\x00\x03a b')), '\\# 5 0003612062');
});
