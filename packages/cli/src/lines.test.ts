import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter, type Lines, maxLineBytes, textLines } from './lines.js';

/** All that comes out of the chunks, and the most a splitter held on the way. */
function split(...chunks: (Buffer | string)[]): { good: string[]; bad: Lines['bad'] } {
  const splitter = new LineSplitter();
  const blocks = [...chunks.flatMap(chunk => splitter.push(Buffer.from(chunk))), splitter.end()];
  const parts = blocks.map(textLines);
  return {
    good: parts.flatMap(({ good }) => good),
    bad: {
      tooLong: parts.reduce((sum, { bad }) => sum + bad.tooLong, splitter.skipped),
      notUtf8: parts.reduce((sum, { bad }) => sum + bad.notUtf8, 0),
    },
  };
}

function badLines({ bad }: { bad: Lines['bad'] }): number {
  return bad.tooLong + bad.notUtf8;
}

const noBad = { tooLong: 0, notUtf8: 0 };
const longest = 'x'.repeat(maxLineBytes);

const piece = fc.oneof(
  fc
    .constantFrom('\n', '\r\n', '\r', '{"a":1}', ' ', '\ufeff', 'é日😀', '', longest, `${longest}y`)
    .map(text => Buffer.from(text)),
  fc.uint8Array({ maxLength: 8 }).map(bytes => Buffer.from(bytes)),
);
const input = fc.array(piece, { maxLength: 12 }).map(pieces => Buffer.concat(pieces));

test('what is too long is said to be that, UTF-8 or not', () => {
  for (const byte of [0x78, 0xff]) {
    const line = (length: number, end = '') => Buffer.concat([Buffer.alloc(length, byte), Buffer.from(end)]);
    assert.deepEqual(textLines(line(maxLineBytes + 1)).bad, { tooLong: 1, notUtf8: 0 });
    assert.deepEqual(textLines(line(maxLineBytes + 1, '\r')).bad, { tooLong: 1, notUtf8: 0 });
    const longestAllowed = { tooLong: 0, notUtf8: byte === 0xff ? 1 : 0 };
    assert.deepEqual(textLines(line(maxLineBytes, '\r')).bad, longestAllowed);
  }
});

test('however the bytes are cut into chunks, the lines are the same', () => {
  fc.assert(
    fc.property(input, fc.array(fc.nat(40_000), { maxLength: 8 }), (bytes, cuts) => {
      const ends = [...cuts.map(cut => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
      const chunks = ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
      const whole = split(bytes);
      const parts = split(...chunks);
      assert.deepEqual(parts.good, whole.good);
      assert.equal(badLines(parts), badLines(whole));
    }),
  );
});

test('every good line survives between bad ones', () => {
  const bad = fc.constantFrom(
    Buffer.from([0x61, 0xff, 0x62]),
    Buffer.from(`${longest}y`),
    Buffer.from([0xc3]),
  );
  const good = fc.integer().map(n => Buffer.from(`{"n":${n}}`));
  fc.assert(
    fc.property(fc.array(fc.oneof(bad, good)), lines => {
      const result = split(Buffer.concat(lines.flatMap(line => [line, Buffer.from('\n')])));
      const expected = lines.map(String).filter(line => line.startsWith('{'));
      assert.deepEqual(result.good, expected);
      assert.equal(badLines(result), lines.length - expected.length);
    }),
  );
});

test('line ends of Windows, blank lines and a byte-order mark are no part of the text', () => {
  assert.deepEqual(split('\ufeffa\r\n\r\n \t\nb\n'), { good: ['a', 'b'], bad: noBad });
  assert.deepEqual(split(Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61])), { good: ['a'], bad: noBad });
});

test('the last line needs no newline', () => {
  assert.deepEqual(split('a\nb'), { good: ['a', 'b'], bad: noBad });
  assert.deepEqual(split('a\nb', 'c'), { good: ['a', 'bc'], bad: noBad });
  assert.deepEqual(split(''), { good: [], bad: noBad });
});

test('16 KiB fit, a byte more does not, whatever the line end', () => {
  for (const end of ['\n', '\r\n', '']) {
    assert.deepEqual(split(longest + end), { good: [longest], bad: noBad });
    assert.deepEqual(split(`${longest}y${end}`), { good: [], bad: { tooLong: 1, notUtf8: 0 } });
  }
  const wide = 'é'.repeat(maxLineBytes / 2);
  assert.deepEqual(split(`${wide}\n`).good, [wide]);
  assert.equal(split(`${wide}é\n`).bad.tooLong, 1);
});

test('a line that comes in pieces has the same limit, a byte-order mark and a carriage return not counted', () => {
  const fits = Buffer.from(`\ufeff${longest}\r\n`);
  const cut = fits.length - 1;
  assert.deepEqual(split(fits.subarray(0, cut), fits.subarray(cut)), { good: [longest], bad: noBad });
});

test('a byte-order mark counts at the start only, even after a first line that was skipped', () => {
  const endless = `${longest}${longest}`;
  const second = '\ufeff{"a":1}\n';
  assert.deepEqual(split(`${endless}\n${second}`), split(endless, `\n${second}`));
  assert.deepEqual(split(endless, `\n${second}`).good, ['\ufeff{"a":1}']);
});

test('a line that never ends is one bad line, and what follows it is read', () => {
  const splitter = new LineSplitter();
  const chunk = Buffer.alloc(64 * 1024, 'x');
  for (let i = 0; i < 1000; i++) assert.equal(splitter.push(chunk).length, 0);
  assert.equal(splitter.skipped, 1);
  assert.deepEqual(splitter.push(Buffer.from('xx\n{"a":1}\n')).map(String), ['{"a":1}\n']);
});

test('a character cut at a chunk boundary is whole again', () => {
  const bytes = Buffer.from('"日"\n');
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(split(bytes.subarray(0, cut), bytes.subarray(cut)).good, ['"日"']);
  }
});

test('bytes that are no UTF-8 cost their own line only', () => {
  const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.from([0xff, 0x0a]), Buffer.from('b\n')]);
  assert.deepEqual(split(bytes), { good: ['a', 'b'], bad: { tooLong: 0, notUtf8: 1 } });
});
