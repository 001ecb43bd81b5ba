import type { Figure, Question } from '../../bench/question.js';
import type { Ended } from '../../lib/child.js';
import { filters, runCommand } from '../../lib/command.js';
import type { Filter } from './filter-run.js';

const usual = {
  type: 'connect',
  ts: 1_700_000_000.5,
  mono_us: 5_000_000,
  run: '0a1b2c3d',
  seq: 1,
  pid: 7,
  comm: 'curl',
  ip: 4,
  saddr: '192.0.2.1',
  sport: 40_000,
  daddr: '192.0.2.2',
  dport: 443,
};

/** Names that objects have by themselves. */
const names = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'prototype',
  '0',
  '',
  ' ',
  '-',
];

/** As they stand in JSON: out of the range of a field, of a double, or no numbers at all. */
const values = [
  ...['1e400', '-1e400', '1e308', '-0', '9007199254740993', '18446744073709551615', '1e-400', '-1', '0.1'],
  ...['70000', '4294967296', '"1"', '"x"', '""', 'null', 'true', '[]', '{}', '[[[[1]]]]', '{"__proto__":1}'],
  ...['"\\u0000"', '"\\ud800"', '"\\u202e"', `"${'y'.repeat(8000)}"`],
];

/** How deep a value may be nested; deeper ones are no records. */
const deepest = `${'['.repeat(499)}${']'.repeat(499)}`;

const invocations: [Filter, string[]][] = [
  ['tcpjoin', []],
  ['tcpjoin', ['--pass-dns', '--scope', 'host']],
  ['tcpcount', ['--by', 'comm']],
  ['tcpcount', ['--by', 'daddr,dport,dns.scope', '-i', '10']],
  ['tcpfmt', ['-t']],
  ['tcpfmt', ['-T', '-w', '-v']],
  ['tcpfmt', ['-F', 'csv', '-f', 'ts,comm,dns.age_ms,answers']],
  ['tcpfmt', ['-F', 'markdown', '--layout', 'connect']],
  ['tcpfmt', ['-F', 'json']],
];

export const strangeValues: Question = {
  name: 'strange',
  asks: 'what the filters make of records whose keys and values nobody would write: counts, no crash, no surprise',
  isLive: false,
  async run() {
    const lines = strangeLines();
    const input = `${lines.join('\n')}\n`;
    const figures: Figure[] = [{ what: 'strange records', value: lines.length, unit: '' }];
    for (const filter of filters) {
      const bad = invocations.filter(
        ([name, args]) => name === filter && !isCalm(runCommand(name, args, input)),
      );
      figures.push({
        what: `${filter}: runs that fail, reject one, or write what is no line of text`,
        value: bad.length,
        unit: '',
        bound: { exactly: 0 },
      });
    }
    figures.push({
      what: 'tcpcount: names of comm counted wrongly',
      value: wronglyCounted(),
      unit: '',
      bound: { exactly: 0 },
    });
    return figures;
  },
};

/** A record for every field with every value, and for every strange name as a key, as a value, and nested. */
function strangeLines(): string[] {
  const base = JSON.stringify(usual).slice(0, -1);
  const types = 'connect established failed accept close dns count lost ready greeting'.split(' ');
  const others = 'answers dns query qname ttl rtt_ms connects count uid'.split(' ');
  const fields = [...Object.keys(usual), ...others];
  return [
    ...types.flatMap(type =>
      fields.flatMap(field => values.map(value => `${base},"type":"${type}","${field}":${value}}`)),
    ),
    ...names.map(name => `${base},"comm":${JSON.stringify(name)}}`),
    ...names.map(name => `${base},${JSON.stringify(name)}:{"comm":1}}`),
    ...names.map(name => `${base},"dns":{${JSON.stringify(name)}:1,"scope":${JSON.stringify(name)}}}`),
    `${base},"deep":${deepest}}`,
  ];
}

/** Whether a run ended as it does with usual records: text without a control byte, and where it looks like a record it is JSON. */
function isCalm({ code, stdout, stderr }: Ended): boolean {
  if (code !== 0 || /rejected|^ {4}at |unexpected failure/m.test(stderr)) return false;
  const lines = stdout.split('\n').slice(0, -1);
  return (
    lines.length > 0 &&
    lines.every(line => !/\p{Cc}/u.test(line) && (!line.startsWith('{"type"') || isJson(line)))
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function wronglyCounted(): number {
  const times = (name: string) => names.indexOf(name) + 1;
  const records = names.flatMap(comm => Array<string>(times(comm)).fill(JSON.stringify({ ...usual, comm })));
  const { stdout } = runCommand('tcpcount', ['--by', 'comm'], `${records.join('\n')}\n`);
  const counts = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const wrong = names.filter(name => counts.find(({ comm }) => comm === name)?.connects !== times(name));
  return wrong.length + Math.abs(counts.length - names.length);
}
