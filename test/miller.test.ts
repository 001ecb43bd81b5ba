import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { printable, serialise } from '@tcppipe/events';
import fc from 'fast-check';
import { runCommand } from './lib/command.js';

const mischief = [
  ...[
    '',
    ' ',
    'curl',
    'a b ',
    '-',
    '0x1F',
    '1e5',
    '007',
    'true',
    'NaN',
    '"',
    '""',
    ',',
    '","',
    '\\',
    '\\t',
    '\\\\n',
    '\\x1b',
  ],
  ...[
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '＝1',
    '=HYPERLINK("http://a.example","x")',
    '\t=1',
    '\r=1',
    "'=1",
    '"=1"',
  ],
  ...[
    'a\tb',
    'a\nb',
    'a\r\nb',
    '\n',
    '\0',
    '\x1b[31m',
    '\x1b]0;title\x07',
    '\x7f',
    '\x9b31m',
    '\ufeff',
    '\ud800',
    '\u{e0041}',
  ],
  ...[
    '\u202egpj.exe',
    'a\u200bb',
    'soft\u00adhyphen',
    'e\u0301',
    '日本語',
    '👨\u200d👩',
    '{"a":1}',
    '[1,2]',
    '#c',
    ';',
    '|',
  ],
];
const texts = [
  ...mischief,
  ...fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { numRuns: 1000, seed: 1 }),
];

/** Text, a list with the same text, and a number in between: each may end its cell only where it ends. */
const records = texts.map((text, index) => ({
  type: 'connect',
  pid: index,
  comm: text,
  answers: [{ data: text }],
  dport: 443,
  query: [...text].reverse().join(''),
}));

/** What Miller reads in the columns of the table that tcpfmt makes of the records; all of it text. */
function readBack(format: 'csv' | 'tsv'): Record<string, string>[] {
  const ndjson = records.map(record => `${JSON.stringify(record)}\n`).join('');
  const table = runCommand('tcpfmt', ['-F', format, '-f', 'pid,comm,answers,dport,query'], ndjson);
  assert.equal(table.stderr, '');
  const { stdout, stderr, error } = spawnSync('mlr', ['-S', `--i${format}`, '--ojsonl', 'cat'], {
    input: table.stdout,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(error, undefined);
  assert.equal(stderr, '');
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
}

function assertReadBack(format: 'csv' | 'tsv', cellOf: (text: string) => string): void {
  const expected = records.map(({ pid, comm, answers, query }) => ({
    pid: `${pid}`,
    comm: cellOf(comm),
    answers: serialise(answers),
    dport: '443',
    query: cellOf(query),
  }));
  assert.deepEqual(readBack(format), expected);
}

test('Miller reads back every cell of a CSV: escaped, and marked where a spreadsheet would calculate', () => {
  assertReadBack('csv', text => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? "'" : '') + printable(text));
});

test('Miller reads back every cell of a TSV: escaped, tabs and newlines as they were', () => {
  assertReadBack('tsv', text =>
    text
      .split(/([\t\n])/)
      .map((part, i) => (i % 2 === 1 ? part : printable(part)))
      .join(''),
  );
});
