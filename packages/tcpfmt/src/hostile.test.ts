import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writtenLines } from '@tcppipe/cli/testing';
import fc from 'fast-check';
import { type FormatOptions, Formatter, formats } from './formatter.js';
import { layouts } from './layout.js';
import { widthOf } from './testing/straightforward.js';

const options: FormatOptions = {
  ...{ format: 'table', layout: 'auto', fields: undefined, color: false, header: true },
  ...{ time: true, timestamp: true, uid: true, lport: true, dns: true, verbose: true, wide: true },
};

function linesOf(record: object, more: Partial<FormatOptions> = {}): string[] {
  const { out, lines } = writtenLines();
  const text = JSON.stringify(record);
  const formatter = new Formatter({ ...options, ...more }, out);
  formatter.add({ record: JSON.parse(text), text });
  formatter.end();
  return lines();
}

/** Bytes as text, however whoever reads them from the kernel or the wire takes them. */
const textOf = (bytes: { minLength?: number; maxLength: number }) =>
  fc
    .tuple(fc.uint8Array(bytes), fc.constantFrom('utf8' as const, 'latin1' as const, 'utf16le' as const))
    .map(([bytes, encoding]) => Buffer.from(bytes).toString(encoding));
const comm = fc.oneof(textOf({ minLength: 16, maxLength: 16 }), fc.string({ unit: 'grapheme' }));
const label = textOf({ maxLength: 63 });

const types = { connect: 'connect', tracer: 'failed', count: 'count', dns: 'dns' } as const;

test('whatever bytes comm and labels have, a record is one line without a control, format or bidi character', () => {
  const cases = fc.tuple(fc.constantFrom(...formats), fc.constantFrom(...layouts), comm, label, label);
  fc.assert(
    fc.property(cases, ([format, layout, comm, label, key]) => {
      const name = `${label}.example`;
      const record = {
        ...{ type: types[layout], ts: 1, pid: 7, comm, errno: comm, saddr: name, daddr: label },
        ...{ query: name, dns: { [key]: label, age_ms: 200, chain: [name] }, qname: label, rcode: key },
        ...{ answers: [{ name, data: label }, label], [`${key}_`]: label },
      };
      const [row, ...header] = linesOf(record, { format, layout }).reverse();
      assert.equal(header.length, { json: 0, markdown: 2, table: 1, csv: 1, tsv: 1 }[format]);
      for (const line of [row!, ...header]) {
        const text = format === 'tsv' ? line.replaceAll('\t', '') : line;
        assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      }
      if (format === 'tsv') assert.equal(row!.split('\t').length, header[0]!.split('\t').length);
      if (format === 'markdown') assert.equal(barsOf(row!), barsOf(header[0]!));
    }),
    { numRuns: 1000 },
  );
});

/** Bars that Markdown takes for the ends of cells. */
function barsOf(row: string): number {
  return row.replace(/\\./g, '').split('|').length;
}

test('whatever comm is, the columns after it stay where they are', () => {
  const startOfAddress = (comm: string, layout: 'connect' | 'tracer') => {
    const [, row] = linesOf({ type: 'connect', pid: 7, comm, ip: 4, saddr: '192.0.2.1' }, { layout });
    return widthOf(row!.slice(0, row!.lastIndexOf('192.0.2.1')));
  };
  const unlikeAddress = comm.filter(comm => !comm.includes('192.0.2.1'));
  fc.assert(
    fc.property(unlikeAddress, comm => {
      assert.equal(startOfAddress(comm, 'connect'), startOfAddress('curl', 'connect'));
    }),
  );
  for (const comm of ['日本語のプロセス', 'e\u0301'.repeat(8), '한국어', 'का', '😀😀']) {
    assert.equal(startOfAddress(comm, 'tracer'), startOfAddress('curl', 'tracer'), comm);
  }
});
