import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordReader, Tally } from '@tcppipe/cli';
import { writtenLines } from '@tcppipe/cli/testing';
import type { AnyRecord } from '@tcppipe/events';
import fc from 'fast-check';
import { type FormatOptions, Formatter } from './formatter.js';
import { noFlags } from './testing/options.js';
import { recordOf } from './testing/records.js';
import { type Shape, straightforward } from './testing/straightforward.js';

/** The rows as the command makes them, from bytes. */
function formatted(shape: Shape, options: FormatOptions, ndjson: string): string[] {
  const { out, lines } = writtenLines();
  const formatter = new Formatter({ ...options, ...shape, header: false }, out);
  for (const line of new RecordReader(new Tally()).push(Buffer.from(ndjson))) formatter.add(line);
  formatter.end();
  return lines();
}

const optionalFields = 'ts pid saddr query dns.age_ms rtt_ms answers.0.data latency_ms'.split(' ');

const shape: fc.Arbitrary<Shape & { types: string[] }> = fc
  .oneof(
    fc.record({
      format: fc.constantFrom('table', 'csv', 'tsv', 'markdown'),
      layout: fc.constantFrom('connect', 'tracer', 'count', 'dns'),
      fields: fc.constant(undefined),
    }),
    fc.record({
      format: fc.constantFrom('table', 'csv', 'tsv', 'markdown'),
      layout: fc.constant('connect'),
      fields: fc
        .uniqueArray(fc.constantFrom(...optionalFields))
        .map(names => [['comm'], ...names.map(name => name.split('.'))]),
    }),
  )
  .map(shape => ({ ...shape, types: typesOf(shape) }));

function typesOf({ layout, fields }: Shape): string[] {
  if (fields) return ['connect', 'dns', 'later'];
  return layout === 'tracer' ? ['established', 'accept', 'close', 'failed', 'connect'] : [layout];
}

const flags = fc.record({
  time: fc.boolean(),
  timestamp: fc.boolean(),
  uid: fc.boolean(),
  lport: fc.boolean(),
  dns: fc.boolean(),
  verbose: fc.boolean(),
  wide: fc.boolean(),
});

test('a first record with a query gets its column, also where it was never parsed', () => {
  const shape = { format: 'table', layout: 'connect', fields: undefined } as const;
  const [row] = formatted(
    shape,
    { ...shape, ...noFlags, color: false, header: false },
    '{"type":"connect","query":"a.example"}\n',
  );
  assert.match(row!, /a\.example$/);
});

test('numbers that JavaScript would write otherwise are written as it does', () => {
  const numbers = '1.50 1.0 0.0000001 8.000000000000001 1e3 -0 -1 12345678901234567890 0.1'.split(' ');
  const shape = { layout: 'connect', fields: [['pid'], ['ts']] } as const;
  for (const format of ['table', 'csv', 'tsv', 'markdown'] as const) {
    const lines = numbers.map(number => `{"type":"connect","ts":${number},"pid":7}`);
    const options = { ...shape, ...noFlags, format, color: false, header: false };
    assert.deepEqual(
      formatted({ ...shape, format }, options, lines.map(line => `${line}\n`).join('')),
      straightforward(
        { ...shape, format },
        options,
        lines.map(line => JSON.parse(line) as AnyRecord),
      ),
    );
  }
});

test('rows are those of the straightforward implementation, in every format and layout', () => {
  const cases = shape.chain(({ types, ...shape }) =>
    fc.tuple(fc.constant(shape), flags, fc.array(recordOf(types), { minLength: 1, maxLength: 5 })),
  );
  fc.assert(
    fc.property(cases, ([shape, flags, given]) => {
      const options = { ...shape, ...flags, color: false, header: false };
      if (shape.format !== 'table') options.timestamp = false;
      const lines = given.map(record =>
        JSON.stringify(shape.fields ? { ...record, comm: record.comm ?? '' } : record),
      );
      const records = lines.map(line => JSON.parse(line) as AnyRecord);
      assert.deepEqual(
        formatted(shape, options, `${lines.join('\n')}\n`),
        straightforward(shape, options, records),
      );
    }),
    { numRuns: 1000 },
  );
});
