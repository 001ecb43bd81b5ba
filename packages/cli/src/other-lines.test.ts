import assert from 'node:assert/strict';
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
        noObject() {
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

test('lines that are not flat take no memory, however short and many they are', () => {
  const lines = new FlatLines();
  const mostlyEmpty = Buffer.from(`{"type":"dns"}\n${'\n'.repeat(255)}`.repeat(1000));
  let flat = 0;
  const before = process.memoryUsage().arrayBuffers;
  lines.read([mostlyEmpty], { flat: () => flat++, other() {}, noObject() {} });
  assert.ok(process.memoryUsage().arrayBuffers - before < 2e6);
  assert.equal(flat, 1000);
});
