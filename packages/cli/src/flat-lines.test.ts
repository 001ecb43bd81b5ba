import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AnyRecord, flatFields, tcpTypes } from '@tcppipe/events';
import fc from 'fast-check';
import { FlatLines } from './flat-lines.js';

/** What is found in lines: each of them once, in order, flat ones with the values of all fields. */
function found(bytes: Buffer): { text: string; values: unknown[] | undefined }[] {
  const lines: { text: string; record: AnyRecord | undefined }[] = [];
  new FlatLines().read([bytes], {
    flat: (text, record) => lines.push({ text, record }),
    other(block) {
      for (const text of block.toString('latin1').split('\n').slice(0, -1))
        lines.push({ text, record: undefined });
    },
  });
  return lines.map(({ text, record }) => ({
    text,
    values: record && flatFields.map(({ name }) => record[name]),
  }));
}

/** Holds flat lines against a full parse; returns how many there were. */
function check(bytes: Buffer): number {
  const lines = found(bytes);
  assert.equal(lines.map(({ text }) => `${text}\n`).join(''), bytes.toString('latin1'));
  const flat = lines.filter(({ values }) => values !== undefined);
  for (const { text, values } of flat) {
    const record = JSON.parse(text) as AnyRecord;
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

const anyOf = {
  number: fc.oneof(
    fc.nat(),
    fc.maxSafeNat(),
    fc.nat().map(n => n / 1e6),
    fc.double(),
    fc.constantFrom(-1, -0, 1e21),
  ),
  string: fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.ipV4(), fc.constant('curl')),
  boolean: fc.constantFrom(true, true, true, false),
};

const record = fc
  .tuple(
    fc.constantFrom(...tcpTypes, 'lost', 'dns'),
    ...flatFields
      .slice(1)
      .map(({ kind }) => fc.option(anyOf[kind] as fc.Arbitrary<unknown>, { nil: undefined })),
  )
  .map(values => Object.fromEntries(flatFields.map(({ name }, i) => [name, values[i]])));

const example = Buffer.from(
  '{"type":"connect","ts":1795162665.123456,"mono_us":9007199254740991,"run":"abcdef01","seq":0,"pid":1234,' +
    '"uid":0,"comm":"curl","ip":4,"saddr":"127.0.0.1","sport":1,"daddr":"::1","dport":443,"mapped":true}\n' +
    '{"type":"close","ts":0.5,"comm":"","duration_ms":12.345,"tx_bytes":0,"rx_bytes":1}\n',
);

test('lines as sources write them are flat', () => {
  assert.equal(check(example), 2);
  assert.deepEqual(
    found(Buffer.from('{"type":"accept"}\n'))[0]!.values!.filter(value => value !== undefined),
    ['accept'],
  );
});

test('a flat line holds what a full parse of it finds', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), records => {
      check(Buffer.from(records.map(one => `${JSON.stringify(one)}\n`).join('')));
    }),
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
    '{"type":"connect","mapped":false}',
    '{"type":"connect","query":null}',
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
  for (const line of others) assert.equal(found(Buffer.from(`${line}\n`))[0]!.values, undefined, line);
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
    flat: (_text, record) => records.push(record),
    other: block => assert.fail(String(block)),
  });
  assert.deepEqual(
    records.map(({ type, pid }) => [type, pid]),
    [
      ['close', 1],
      ['accept', 2],
    ],
  );
});
