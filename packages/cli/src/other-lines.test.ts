import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { FlatLines } from './flat-lines.js';

/** Pieces of which texts are made that are JSON, or nearly. */
const jsonPieces = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\t',
    '\r',
    '"',
    '\\',
    '"a"',
    '"a":',
    '"\\u00e9"',
    '"\\u12"',
    '"\\x"',
    '"\x01"',
  ],
  ...[
    '0',
    '-',
    '01',
    '1.',
    '.5',
    '-0',
    '1.5e+3',
    '1e',
    '1E-',
    'true',
    'false',
    'null',
    'nul',
    'NaN',
    '{}',
    '[]',
    '\v',
    'é',
  ],
];

test('of lines that are not flat it is known whether they are objects', () => {
  const json = fc.json().map(value => `{"a":${value}}`);
  const mutated = fc
    .tuple(json, fc.nat(), fc.nat(3), fc.constantFrom('', ...jsonPieces))
    .map(([text, at, cut, more]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + more + text.slice(from + cut);
    });
  const made = fc.array(fc.constantFrom(...jsonPieces), { maxLength: 12 }).map(pieces => pieces.join(''));
  const nested = fc
    .integer({ min: 497, max: 502 })
    .map(n => `${'{"a":['.repeat(n / 2)}${']}'.repeat(n / 2)}`);
  const [asObject, asOther] = [new Set<string>(), new Set<string>()];
  fc.assert(
    fc.property(fc.oneof(json, mutated, made, nested), text => {
      fc.pre(!text.includes('\n'));
      new FlatLines().read([Buffer.from(`${text}\n`)], {
        flat: () => assert.fail(text),
        other() {
          // What is not ASCII, or blank, is left to the full parse.
          if (/[^\0-\x7f]/.test(text) || text.trim() === '') return;
          asObject.add(text);
          assert.equal(isObject(text), true, text);
        },
        faulty(fault) {
          assert.equal(fault, 'notJson');
          asOther.add(text);
          assert.equal(isObject(text), false, text);
        },
      });
    }),
    { numRuns: 20_000 },
  );
  assert.ok(asObject.size > 1000 && asOther.size > 1000);
});

/** As a full parse has it; nested at most 500 levels deep. */
function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value instanceof Object && !Array.isArray(value) && !/^(\{"a":\[){251}/.test(text);
  } catch {
    return false;
  }
}

const flatLines = new FlatLines();

/** What is said to be wrong with a line; undefined for one that is left to the full parse. */
function faultOf(line: Buffer): string | undefined {
  let found: string | undefined;
  flatLines.read([Buffer.concat([line, Buffer.from('\n')])], {
    flat: () => assert.fail(),
    other() {},
    faulty(fault) {
      found = fault;
    },
  });
  return found;
}

test('what is not UTF-8 is known', () => {
  // Each byte that RFC 3629 has a bound at, and one on either side.
  const bounds = [0x7f, 0x80, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef];
  const byte = fc.constantFrom(0x41, ...bounds, 0x8f, 0xc0, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff);
  fc.assert(
    fc.property(fc.array(byte, { minLength: 1, maxLength: 6, size: 'max' }), bytes => {
      const line = Buffer.from(bytes);
      assert.equal(faultOf(line) === 'notUtf8', !isUtf8(line));
    }),
    { numRuns: 50_000 },
  );
});

test('what is too long is known, a carriage return at the end not counted', () => {
  const most = 16 * 1024;
  const object = (length: number) => `{"a":"${'x'.repeat(length - '{"a":""}'.length)}"}`;
  for (const [line, fault] of [
    [object(most), undefined],
    [`${object(most)}\r`, undefined],
    [object(most + 1), 'tooLong'],
    [`${object(most + 1)}\r`, 'tooLong'],
    [' '.repeat(most), undefined],
    [' '.repeat(most + 1), 'tooLong'],
    ['\xff'.repeat(most + 1), 'tooLong'],
    ['\xff'.repeat(most), 'notUtf8'],
  ] as const) {
    assert.equal(faultOf(Buffer.from(line, 'latin1')), fault, `${line.length}, from ${line.slice(0, 10)}`);
  }
});

test('lines that are not flat take no memory, however short and many they are', () => {
  for (const short of ['\n', 'x\n', '\xff\n', '{}\n']) {
    const lines = new FlatLines();
    const block = Buffer.from(`{"type":"dns"}\n${short.repeat(255)}`.repeat(1000), 'latin1');
    let flat = 0;
    const before = process.memoryUsage().arrayBuffers;
    lines.read([block], { flat: () => flat++, other() {}, faulty() {} });
    assert.ok(process.memoryUsage().arrayBuffers - before < 2e6, JSON.stringify(short));
    assert.equal(flat, 1000);
  }
});
