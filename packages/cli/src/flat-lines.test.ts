import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRecord, type FlatKind, flatFields, flatTypes } from '@tcppipe/events';
import fc from 'fast-check';
import { FlatLines, FlatLinesAgain } from './flat-lines.js';
import type { Line, LineBytes } from './line.js';
import { placeLength, placeStart } from './rows.js';

interface Found {
  text: string;
  values: unknown[] | undefined;
  /** Of all fields: what stands in the line, where that is what one would write. */
  copied: (string | undefined)[] | undefined;
}

/** What is found in lines: each of them once, in order, flat ones with the values of all fields. */
function found(bytes: Buffer): Found[] {
  const lines: (Pick<Line, 'text'> & Partial<Line>)[] = [];
  new FlatLines().read([bytes], {
    flat(line) {
      lines.push(line);
    },
    other(block) {
      for (const text of block.toString('latin1').split('\n').slice(0, -1)) lines.push({ text });
    },
    faulty(_, line) {
      lines.push({ text: line.toString('latin1') });
    },
  });
  return lines.map(({ text, record, bytes }) => ({
    text,
    values: record && flatFields.map(({ name }) => record[name]),
    copied: bytes && flatFields.map((_, field) => copied(bytes, field)),
  }));
}

function copied(bytes: LineBytes, field: number): string | undefined {
  const place = bytes.place(field);
  if (place < 0) return undefined;
  const start = bytes.start + placeStart(place);
  return bytes.block.bytes.toString('latin1', start, start + placeLength(place));
}

/** Holds flat lines against a full parse; returns how many there were. */
function check(bytes: Buffer): number {
  const lines = found(bytes);
  assert.equal(lines.map(({ text }) => `${text}\n`).join(''), bytes.toString('latin1'));
  const flat = lines.filter(({ values }) => values !== undefined);
  for (const { text, values, copied } of flat) {
    const record = JSON.parse(text) as AnyRecord;
    for (const [field, { name }] of flatFields.entries())
      assert.equal(copied![field] ?? String(record[name]), String(record[name]));
    assert.deepEqual(
      values,
      flatFields.map(({ name }) => record[name]),
    );
    assert.deepEqual(
      Object.keys(record),
      flatFields.map(({ name }) => name).filter(name => Object.hasOwn(record, name)),
    );
  }
  return flat.length;
}

const plainText = fc.string({ maxLength: 20 }).filter(text => !/["\\]/.test(text));
const plainNumber = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.nat(999_999_999).map(n => n / 1e3),
);
const texts = fc.array(plainText, { maxLength: 3 });

/** Values as this project writes them. */
const plain: Record<FlatKind, fc.Arbitrary<unknown>> = {
  type: fc.constantFrom(...flatTypes),
  number: plainNumber,
  boolean: fc.boolean(),
  string: plainText,
  'string or null': fc.option(plainText),
  json: fc.oneof(
    fc.array(fc.record({ name: plainText, type: plainText, ttl: fc.nat(), data: plainText })),
    fc.record({ age_ms: plainNumber, ttl_left_s: fc.integer(), chain: texts, ambiguous: fc.boolean() }),
  ),
};

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.jsonValue(),
  fc.constantFrom(-1, -0, 1e21, false, null, '__proto__', '"', '\\'),
);

const plainRecord = fc
  .tuple(
    plain.type,
    ...flatFields.slice(1).map(({ kind }) => fc.option(plain[kind], { nil: undefined, freq: 2 })),
  )
  .map(values => Object.fromEntries(flatFields.map(({ name }, i) => [name, values[i]])));

/** A plain record with a field or two that may be anything. */
const oddRecord = fc
  .tuple(
    plainRecord,
    fc.dictionary(fc.constantFrom(...flatFields.map(({ name }) => name)), odd, { maxKeys: 2 }),
  )
  .map(([record, odd]) => ({ ...record, ...odd }));

function linesOf(records: readonly object[]): Buffer {
  return Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''));
}

const flatLines = [
  '{"type":"connect","ts":1795162665.123456,"mono_us":9007199254740991,"run":"abcdef01","seq":0,"pid":1234,' +
    '"uid":0,"comm":"curl","ip":4,"saddr":"127.0.0.1","sport":1,"daddr":"::1","dport":443,"mapped":true}',
  '{"type":"close","ts":0.5,"comm":"","duration_ms":12.345,"tx_bytes":0,"rx_bytes":1,"accepted":true}',
  '{"type":"failed","ts":1,"errno":"ECONNREFUSED","query":null,"dns":{"reason":"no_answer"}}',
  '{"type":"connect","ts":1,"query":"a.example","dns":{"age_ms":1.5,"scope":"netns","ttl_left_s":-3,' +
    '"chain":["b.example"],"candidates":[],"ambiguous":true}}',
  '{"type":"dns","ts":1,"sock":"7","txid":1,"qname":"a.example","qtype":"A","rcode":"NOERROR","answers":' +
    '[{"name":"a.example","type":"A","ttl":60,"data":"192.0.2.1"},{}],"rtt_ms":0.25,"solicited":false}',
];
const example = Buffer.from(flatLines.map(line => `${line}\n`).join(''));

test('lines as sources write them are flat', () => {
  assert.equal(check(example), flatLines.length);
  assert.deepEqual(
    found(Buffer.from('{"type":"accept"}\n'))[0]!.values!.filter(value => value !== undefined),
    ['accept'],
  );
});

test('records of plain values are flat, and hold what a full parse finds', () => {
  fc.assert(
    fc.property(fc.array(plainRecord, { maxLength: 8 }), records => {
      assert.equal(check(linesOf(records)), records.length);
    }),
  );
});

test('text, and numbers as JavaScript writes them, can be copied from where they stand', () => {
  fc.assert(
    fc.property(plainRecord, record => {
      const [line] = found(linesOf([record]));
      const expected = flatFields.map(({ name, kind }) =>
        ['number', 'string', 'string or null'].includes(kind) && record[name] !== null
          ? record[name]?.toString()
          : undefined,
      );
      assert.deepEqual(line!.copied, expected);
      assert.equal(line!.text, JSON.stringify(record));
    }),
  );
});

test('a number is copied only where it is what JavaScript would write', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 12 });
  const text = fc
    .tuple(fc.oneof(fc.nat().map(String), digits), fc.oneof(fc.constant(''), digits))
    .map(([whole, fraction]) => (fraction === '' ? whole : `${whole}.${fraction}`));
  const examples = ['1.50', '1.0', '0.0000001', '0.00000123', '8.000000000000001', '9007199254.740993'];
  fc.assert(
    fc.property(text, number => {
      check(Buffer.from(`{"type":"close","ts":${number}}\n`));
    }),
    { numRuns: 5000, examples: examples.map(example => [example]) },
  );
  const times = [0, 0.000001, 0.5, 1700000000.0001, 1795162665.123456, 4102444800.999999, 2 ** 53];
  for (const time of times)
    assert.equal(found(Buffer.from(`{"type":"close","ts":${time}}\n`))[0]!.copied![1], String(time));
});

test('records of any values hold what a full parse finds, where they are flat', () => {
  fc.assert(
    fc.property(fc.array(oddRecord, { maxLength: 8 }), records => {
      check(linesOf(records));
    }),
    { numRuns: 1000 },
  );
});

test('plain numbers are exact to the last digit', () => {
  fc.assert(
    fc.property(fc.nat(9_007_199_253), fc.nat(999_999), fc.nat(6), (whole, part, digits) => {
      const fraction = digits > 0 ? `.${String(part).padStart(6, '0').slice(0, digits)}` : '';
      assert.equal(check(Buffer.from(`{"type":"close","ts":${whole}${fraction},"pid":${whole}}\n`)), 1);
    }),
  );
});

test('whatever befalls a line, it is not taken for flat unless it still is a record', () => {
  const byte = fc.oneof(
    fc.nat(255),
    fc.constantFrom(...Buffer.from('{}[]",:\\.-+eE0123456789 truefalsnl\n')),
  );
  const change = fc.tuple(fc.nat(example.length), fc.nat(3), fc.array(byte, { maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), changes => {
      let bytes = example;
      for (const [at, removed, added] of changes) {
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at + removed)]);
      }
      check(bytes.subarray(0, bytes.lastIndexOf(10) + 1));
    }),
    { numRuns: 20_000 },
  );
});

test('flat and other lines keep their order, however many there are', () => {
  const lines = Array.from({ length: 3000 }, (_, i) =>
    i % 7 < 4 ? `{"type":"close","pid":${i}}\n` : `{"a":${i}}\n`,
  );
  assert.equal(check(Buffer.from(lines.join(''))), lines.filter(line => line.includes('pid')).length);
});

test('records stay what they are until the next call, in all blocks of one', () => {
  const records: AnyRecord[] = [];
  const blocks = ['{"type":"close","pid":1}\n', '{"type":"accept","pid":2}\n'].map(line => Buffer.from(line));
  new FlatLines().read(blocks, {
    flat({ record }) {
      records.push(record);
    },
    other: block => assert.fail(String(block)),
    faulty: (_, line) => assert.fail(String(line)),
  });
  assert.deepEqual(
    records.map(({ type, pid }) => [type, pid]),
    [
      ['close', 1],
      ['accept', 2],
    ],
  );
});

test('a line reads the same again where its bytes were copied to', () => {
  const lines = [
    '{"type":"close","pid":1,"comm":"a"}',
    '{"type":"dns","qname":"a.example","answers":[{"name":"a.example","type":"A","ttl":5,"data":"192.0.2.1"}]}',
    '{"type":"accept"}',
  ];
  const again = new FlatLinesAgain();
  for (const [index, text] of lines.entries()) {
    const before = lines.slice(0, index).map(line => `${line}\n`);
    const bytes = Buffer.from(`${before.join('')}${text}\n{"type":"close","pid":2}\n`);
    const record = again.record(bytes, before.join('').length);
    const known = JSON.parse(text) as AnyRecord;
    for (const { name } of flatFields) assert.deepEqual(record[name], known[name]);
  }
});
