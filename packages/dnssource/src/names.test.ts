import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names, nameEnd } from './names.js';
import { name, pointer } from './testing.js';

const HEADER = Buffer.alloc(12);

/** The name behind all of `parts`, which stand behind a header. */
function lastName(...parts: Buffer[]): string | undefined {
  const at = HEADER.length + Buffer.concat(parts.slice(0, -1)).length;
  return new Names(Buffer.concat([HEADER, ...parts])).at(at);
}

test('names are lower case in ASCII only, without a trailing dot', () => {
  assert.equal(lastName(name('WWW', 'Example', 'com')), 'www.example.com');
  assert.equal(lastName(name('\u00c4')), '\\196');
});

test('the root is a dot', () => {
  assert.equal(lastName(name()), '.');
});

test('dots and backslashes in labels are escaped, and bytes without a shape', () => {
  assert.equal(lastName(name('a.b', 'c\\d')), 'a\\.b.c\\\\d');
  assert.equal(lastName(name(' \u0000\n\u007f\u00ff!~"')), '\\032\\000\\010\\127\\255!~"');
});

test('names that differ in a byte other than by case differ as text', () => {
  const labels = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  const texts = new Set(labels.map(label => lastName(name(label))));
  assert.equal(texts.size, 256 - 26);
  assert.notEqual(lastName(name('a.b')), lastName(name('a', 'b')));
  assert.notEqual(lastName(name('\\046')), lastName(name('.')));
});

test('pointers lead to earlier names', () => {
  const www = Buffer.concat([Buffer.from('\x03www'), pointer(12)]);
  assert.equal(lastName(name('example', 'com'), www), 'www.example.com');
  assert.equal(lastName(name('example', 'com'), www, pointer(25)), 'www.example.com');
  assert.equal(lastName(name('example', 'com'), pointer(20)), 'com');
});

test('pointers forwards, to themselves, into the header and cut ones make no name', () => {
  assert.equal(new Names(Buffer.concat([HEADER, pointer(14), name('com')])).at(12), undefined);
  assert.equal(lastName(pointer(12)), undefined);
  assert.equal(lastName(pointer(11)), undefined);
  assert.equal(lastName(name('com'), Buffer.from([0xc0])), undefined);
  assert.equal(lastName(name('com'), Buffer.concat([Buffer.from('\x01a'), pointer(17)])), undefined);
});

test('a chain of pointers has an end after 127', () => {
  const links = Array.from({ length: 200 }, (_, i) => pointer(i === 0 ? 12 : 11 + 2 * i));
  const names = new Names(Buffer.concat([HEADER, name(), ...links]));
  assert.equal(names.at(13 + 2 * 100), '.');
  assert.equal(names.at(13 + 2 * 199), undefined);
});

test('a label has at most 63 bytes, a name 255', () => {
  const label = 'x'.repeat(63);
  assert.equal(lastName(name(label, label, label, 'x'.repeat(61)))?.length, 253);
  assert.equal(lastName(name(label, label, label, 'x'.repeat(62))), undefined);
  assert.equal(lastName(name('x'.repeat(64))), undefined);
  assert.equal(nameEnd(name('x'.repeat(64)), 0), undefined);
});

test('a name ends behind its root label or its first pointer, inside the bytes', () => {
  assert.equal(nameEnd(name('a', 'b'), 0), 5);
  assert.equal(nameEnd(Buffer.concat([Buffer.from('\x01a'), pointer(12), name('b')]), 0), 4);
  assert.equal(nameEnd(name('a', 'b').subarray(0, 4), 0), undefined);
  assert.equal(nameEnd(Buffer.from([0xc0]), 0), undefined);
});

test('a name has to fill its place exactly', () => {
  const names = new Names(Buffer.concat([HEADER, name('a'), name('b')]));
  assert.equal(names.between(12, 15), 'a');
  assert.equal(names.between(12, 14), undefined);
  assert.equal(names.between(12, 16), undefined);
});
