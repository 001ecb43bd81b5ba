import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { test } from 'node:test';
import type { Fault } from '@tcppipe/native/scan';
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

/** What a line is taken for: flat, no record for this reason, or one that is left to the full parse. */
function formOf(line: Buffer): 'flat' | 'other' | Fault {
  let form: ReturnType<typeof formOf> = 'other';
  flatLines.read([Buffer.concat([line, Buffer.from('\n')])], {
    flat() {
      form = 'flat';
    },
    other() {},
    faulty(fault) {
      form = fault;
    },
  });
  return form;
}

test('what only looks flat goes to the parser', () => {
  const others = [
    '{"type":"connect","ts":1,"ts":2}',
    '{"type":"connect","pid":1,"ts":2}',
    '{"type":"connect","pid":01}',
    '{"type":"connect","pid":-0}',
    '{"type":"connect","pid":1.}',
    '{"type":"connect","pid":.1}',
    '{"type":"connect","pid":1e3}',
    '{"type":"connect","pid":9007199254740993}',
    '{"type":"connect","pid":"1"}',
    '{"type":"connect","comm":1}',
    '{"type":"connect","comm":"\\n"}',
    '{"type":"connect","comm":"é"}',
    '{"type":"connect","mapped":0}',
    '{"type":"connect","mapped":True}',
    '{"type":"connect","query":nul}',
    '{"type":"connect","query":1}',
    '{"type":"connect","dns":}',
    '{"type":"connect","dns":{}',
    '{"type":"connect","dns":{"a":1,}}',
    '{"type":"connect","dns":{"a" :1}}',
    '{"type":"connect","dns":{a:1}}',
    '{"type":"connect","dns":[1,]}',
    '{"type":"connect","dns":[-]}',
    '{"type":"connect","dns":[01]}',
    '{"type":"connect","dns":[1.]}',
    '{"type":"connect","dns":[1e3]}',
    '{"type":"connect","dns":["\\u0041"]}',
    '{"type":"connect","dns":[[[[[]]]]]}',
    '{"type":"lost","ts":1}',
    '{"ts":1}',
    '{}',
    '',
    '{"type":"connect",}',
    '{"type":"connect"} ',
    '{"type":"connect"}\r',
    '{"type":"connect"',
    '{"type":"connect","mapped":tru',
    `{"type":"connect","comm":"${'x'.repeat(16 * 1024)}"}`,
  ];
  for (const line of others) assert.notEqual(formOf(Buffer.from(line)), 'flat', line);
});

test('text may have each byte that is plain, and no other, wherever in it and however near the end of what was read', () => {
  const isPlain = (byte: number) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
  for (const { prefix, suffix } of [
    { prefix: '{"type":"connect","comm":"', suffix: '"}' },
    { prefix: '{"type":"connect","dns":["', suffix: '"]}' },
  ]) {
    for (let length = 1; length <= 18; length++) {
      for (let at = 0; at < length; at++) {
        const line = Buffer.from(`${prefix}${'x'.repeat(length)}${suffix}`);
        for (let byte = 0; byte <= 0xff; byte++) {
          if (byte === 0x0a) continue;
          line[prefix.length + at] = byte;
          if ((formOf(line) === 'flat') !== isPlain(byte))
            assert.fail(`${byte} at ${at} of ${length}: ${line.toString('latin1')}`);
        }
      }
    }
  }
});

test('what is not UTF-8 is known', () => {
  // Each byte that RFC 3629 has a bound at, and one on either side.
  const bounds = [0x7f, 0x80, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef];
  const byte = fc.constantFrom(0x41, ...bounds, 0x8f, 0xc0, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff);
  fc.assert(
    fc.property(fc.array(byte, { minLength: 1, maxLength: 6, size: 'max' }), bytes => {
      const line = Buffer.from(bytes);
      assert.equal(formOf(line) === 'notUtf8', !isUtf8(line));
    }),
    { numRuns: 50_000 },
  );
});

test('what is too long is known, a carriage return at the end not counted', () => {
  const most = 16 * 1024;
  const object = (length: number) => `{"a":"${'x'.repeat(length - '{"a":""}'.length)}"}`;
  for (const [line, form] of [
    [object(most), 'other'],
    [`${object(most)}\r`, 'other'],
    [object(most + 1), 'tooLong'],
    [`${object(most + 1)}\r`, 'tooLong'],
    [' '.repeat(most), 'other'],
    [' '.repeat(most + 1), 'tooLong'],
    ['\xff'.repeat(most + 1), 'tooLong'],
    ['\xff'.repeat(most), 'notUtf8'],
  ] as const) {
    assert.equal(formOf(Buffer.from(line, 'latin1')), form, `${line.length}, from ${line.slice(0, 10)}`);
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
