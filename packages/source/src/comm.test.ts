import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commText } from './comm.js';

function comm(...bytes: number[]): string {
  return commText(Buffer.from([...bytes, ...Array(16).fill(0)]), 0);
}

test('a name ends at its NUL, or after 16 bytes', () => {
  assert.equal(comm(0x63, 0x75, 0x72, 0x6c), 'curl');
  assert.equal(commText(Buffer.from('0123456789abcdefXYZ'), 0), '0123456789abcdef');
});

test('UTF-8 is kept, and a character that was cut stands as its bytes', () => {
  assert.equal(comm(0xc3, 0xa9), 'é');
  assert.equal(comm(0x61, 0xe6, 0x97, 0xa5, 0xe6, 0x9c), 'a日\\xe6\\x9c');
});

test('control characters are part of the name: whoever writes it escapes them', () => {
  assert.equal(comm(0x1b, 0x5b, 0x0a), '\x1b[\n');
});

test('different names stay different unless they spell an escape themselves', () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 15 })
    .filter(bytes => !bytes.includes(0) && !bytes.includes(0x5c));
  fc.assert(fc.property(name, name, (a, b) => (comm(...a) === comm(...b)) === Buffer.from(a).equals(b)));
});
