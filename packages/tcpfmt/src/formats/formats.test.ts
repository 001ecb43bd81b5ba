import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { machineRenderer } from '../renderer.js';
import { jsonRow } from './json.js';
import { markdownRule } from './markdown.js';

const row = (format: 'csv' | 'tsv' | 'markdown') => (values: readonly unknown[]) =>
  machineRenderer(
    format,
    values.map(value => ({ name: '', value: () => value })),
  ).row({ record: {}, text: '' });

const csvRow = row('csv');
const tsvRow = row('tsv');
const markdownRow = row('markdown');

test('CSV: quotes and commas are quoted, unknown values empty', () => {
  assert.equal(csvRow(['a,b', 'say "hi"', undefined, null, 7, true]), '"a,b","say ""hi""",,,7,true');
});

test('CSV: text that a spreadsheet would calculate is marked, numbers are not', () => {
  for (const start of ['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
    assert.equal(csvRow([`${start}cmd`]), `'${start}cmd`);
  }
  assert.equal(csvRow(['\t=cmd', '\r=cmd']), "'\\x09=cmd,'\\x0d=cmd");
  assert.equal(csvRow([-5, 'a-b']), '-5,a-b');
  assert.equal(csvRow(['a;=cmd;@b;c', ';']), "a;'=cmd;'@b;c,;");
});

test('CSV: a row stays one line, and reads back to as many cells', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), cells => {
      const row = csvRow(cells);
      assert.doesNotMatch(row, /[\0-\x1f\x7f-\x9f]/);
      assert.equal(cellsOf(row), cells.length);
    }),
  );
});

function cellsOf(row: string): number {
  return row.replace(/"([^"]|"")*"/g, '').split(',').length;
}

test('TSV: tab, newline and backslash are escaped, so that nothing else reads as an escape', () => {
  assert.equal(
    tsvRow(['a\tb', 'c\nd', 'e\\n', '\\x1b', '\x1b', undefined, 7]),
    'a\\tb\tc\\nd\te\\\\n\t\\\\x1b\t\\x1b\t\t7',
  );
});

test('lists stay JSON: a TSV reader that undoes the escapes has it back', () => {
  const list = [{ data: 'a\tb\n"\\\u00ad\u{e0041}' }];
  const json = '[{"data":"a\\tb\\n\\"\\\\\\u00ad\\udb40\\udc41"}]';
  assert.equal(tsvRow([list]), json.replaceAll('\\', '\\\\'));
  assert.equal(csvRow([list]), `"${json.replaceAll('"', '""')}"`);
  assert.deepEqual(JSON.parse(json), list);
});

test('TSV: different texts stay different', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(tsvRow([a]) === tsvRow([b]), a === b);
    }),
  );
});

test('Markdown: a cell cannot end its column or start HTML, a link or an image', () => {
  assert.equal(
    markdownRow(['a|b', '<img>', '![x](y)', 'c\\', null]),
    '| a\\|b | \\<img> | !\\[x](y) | c\\\\ |  |',
  );
  assert.equal(markdownRule(3), '| --- | --- | --- |');
});

test('JSON: chosen fields under the names asked for, unknown ones left out, null kept', () => {
  const record = { comm: 'a\u202eb', query: null, dns: { age_ms: 2 } };
  assert.equal(
    jsonRow([['dns', 'age_ms'], ['query'], ['pid'], ['comm']], record),
    '{"dns.age_ms":2,"query":null,"comm":"a\\u202eb"}',
  );
  assert.equal(jsonRow([['__proto__']], JSON.parse('{"__proto__":1}')), '{"__proto__":1}');
});
