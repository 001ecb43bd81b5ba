import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Line } from '@tcppipe/cli';
import { writtenLines } from '@tcppipe/cli/testing';
import fc from 'fast-check';
import { type FormatOptions, Formatter } from './formatter.js';
import { noFlags } from './testing/options.js';

const defaults: FormatOptions = {
  format: 'table',
  layout: 'auto',
  fields: undefined,
  color: false,
  header: true,
  ...noFlags,
};

function formatted(options: Partial<FormatOptions>, ...records: object[]) {
  const { out, lines } = writtenLines();
  const formatter = new Formatter({ ...defaults, ...options }, out);
  for (const record of records) formatter.add(lineOf(record));
  formatter.end();
  return { lines: lines(), summary: formatter.summary() };
}

function lineOf(record: object): Line {
  return { record: { ...record }, text: JSON.stringify(record) };
}

const connect = { type: 'connect', ts: 1, pid: 7, comm: 'curl', ip: 4, daddr: '192.0.2.1', dport: 80 };
const accept = { ...connect, type: 'accept' };

test('auto takes the layout of the first record that has a row, and counts what does not fit it', () => {
  const { lines, summary } = formatted(
    {},
    { type: 'ready' },
    accept,
    connect,
    { type: 'dns' },
    { type: 'later' },
  );
  assert.match(lines[0]!, /^T {2}PID/);
  assert.deepEqual(
    lines.slice(1).map(line => line[0]),
    ['A', 'S'],
  );
  assert.deepEqual(summary, [
    '2 records not printed (1 dns, 1 of another type): no row for them in layout tracer, which the first record chose; try --layout dns',
  ]);
});

test('every type of record is laid out or counted', () => {
  const first = (type: string) => formatted({}, { type }).lines[0]?.split(' ')[0];
  assert.equal(first('connect'), 'PID');
  assert.equal(first('established'), 'T');
  assert.equal(first('close'), 'T');
  assert.equal(first('failed'), 'T');
  assert.equal(first('count'), 'LADDR');
  assert.equal(first('dns'), 'PID');
  assert.equal(first('ready'), undefined);
});

test('the first record decides on the column QUERY, -d shows it in any case', () => {
  const joined = { ...connect, query: null };
  assert.match(formatted({}, joined, connect).lines[0]!, / QUERY$/);
  assert.doesNotMatch(formatted({}, connect, joined).lines.join(''), /Query|QUERY/);
  assert.doesNotMatch(formatted({}, accept, joined).lines.join(''), /Query|QUERY/);
  assert.doesNotMatch(formatted({}, connect, { type: 'count', query: 'a' }).lines.join(''), /Query|QUERY/);
  assert.match(formatted({ dns: true }, connect).lines[0]!, / QUERY$/);
});

test('without any record the header is written where it is known', () => {
  assert.deepEqual(formatted({}).lines, []);
  assert.deepEqual(formatted({ format: 'csv', layout: 'dns' }).lines, [
    'ts,pid,uid,comm,qname,qtype,rcode,answers,resolver,proto,rtt_ms,solicited,truncated',
  ]);
  assert.deepEqual(formatted({ fields: [['pid'], ['comm']], header: false }).lines, []);
});

test('a field that is chosen twice is once in an object', () => {
  const chosen = { format: 'json', fields: [['pid'], ['comm'], ['pid']] } as const;
  assert.deepEqual(formatted(chosen, connect).lines, ['{"pid":7,"comm":"curl"}']);
});

test('without any count the columns are those of tcpconnect -c', () => {
  assert.deepEqual(formatted({ format: 'csv', layout: 'count' }).lines, [
    'type,saddr,daddr,dport,connects,from,to,other',
  ]);
});

test('a layout is without effect on chosen fields and on json', () => {
  const expected = { lines: ['PID', '7'], summary: [] };
  assert.deepEqual(formatted({ fields: [['pid']], layout: 'count' }, connect), expected);
  assert.deepEqual(formatted({ format: 'json', layout: 'count' }, { type: 'connect' }).lines, [
    '{"type":"connect"}',
  ]);
});

test('chosen fields print any record that has one of them', () => {
  const { lines, summary } = formatted({ fields: [['comm']] }, connect, { type: 'dns' }, { comm: 'mine' });
  assert.deepEqual(lines, ['COMM', 'curl', 'mine']);
  assert.deepEqual(summary, ['1 record not printed (1 dns): none of the chosen fields in them']);
});

test('a chosen field that nobody knows and no record has is told of', () => {
  const fields = ['comm', 'errno', 'dns.scope', 'extra', 'dns.sope', 'pud'].map(name => name.split('.'));
  const { summary } = formatted({ fields }, connect, { ...connect, extra: 1 });
  assert.deepEqual(summary, ['no record has dns.sope', 'no record has pud']);
  assert.deepEqual(formatted({ fields: [['comm']] }, connect).summary, []);
});

test('the first counts decide together on their columns', () => {
  const { lines } = formatted(
    {},
    { type: 'count', uid: 0, connects: 9 },
    { type: 'count', uid: 0, comm: '__proto__', dns: { scope: 'netns' }, connects: 3 },
    { type: 'count', uid: 0, dns: { reason: 'lost' }, connects: 1 },
  );
  assert.deepEqual(
    lines.map(line => line.trim().split(/ +/)),
    [
      ['UID', 'COMM', 'DNS.REASON', 'DNS.SCOPE', 'CONNECTS'],
      ['0', '-', '-', '-', '9'],
      ['0', '__proto__', '-', 'netns', '3'],
      ['0', '-', 'lost', '-', '1'],
    ],
  );
});

test('fields of counts have the order of a record, whichever of them was met with first', () => {
  const { lines } = formatted(
    {},
    { type: 'count', dport: 53, connects: 2 },
    { type: 'count', comm: 'curl', dport: 80, zone: 'x', connects: 1 },
  );
  assert.deepEqual(lines[0]!.trim().split(/ +/), ['COMM', 'RPORT', 'ZONE', 'CONNECTS']);
});

test('counts by fields that have no column are told of', () => {
  const count = { type: 'count', comm: 'curl', connects: 1 };
  const { out, lines } = writtenLines();
  const formatter = new Formatter(defaults, out);
  formatter.add(lineOf(count));
  assert.ok(formatter.isHolding);
  assert.deepEqual(lines(), []);
  formatter.settle();
  assert.ok(!formatter.isHolding);
  assert.equal(lines().length, 2);
  formatter.add(lineOf({ ...count, query: 'a' }));
  formatter.add(lineOf({ type: 'count', connects: 2, other: true }));
  formatter.end();
  assert.equal(lines().length, 4);
  assert.deepEqual(formatter.summary(), [
    '1 record counted by fields that the first ones do not have: name them with -f',
  ]);
  assert.deepEqual(formatted({ fields: [['query']] }, count, { ...count, query: 'a' }).lines, ['QUERY', 'a']);
});

test('a quarter of a MiB of counts waits for no more of them', () => {
  const { out, lines } = writtenLines();
  const formatter = new Formatter(defaults, out);
  const line = lineOf({ type: 'count', query: 'x'.repeat(1000), connects: 1 });
  const enough = Math.ceil((256 * 1024) / line.text.length);
  for (let i = 1; i < enough; i++) formatter.add(line);
  assert.deepEqual(lines(), []);
  formatter.add(line);
  assert.equal(lines().length, 1 + enough);
});

test('lost records are neither rows nor counted as not printed', () => {
  assert.deepEqual(formatted({}, { type: 'lost', count: 5 }), { lines: [], summary: [] });
});

test('json keeps every line, lost and unknown ones included, and escapes what a terminal may obey', () => {
  const records = [connect, { type: 'lost', count: 1 }, { type: 'later', x: '\u009b31m' }];
  assert.deepEqual(formatted({ format: 'json' }, ...records).lines, [
    JSON.stringify(connect),
    '{"type":"lost","count":1}',
    '{"type":"later","x":"\\u009b31m"}',
  ]);
});

test('csv of a layout names its fields and does not depend on other records', () => {
  const joined = { ...connect, sport: 40000, query: 'example.com', dns: { age_ms: 3 } };
  assert.deepEqual(formatted({ format: 'csv' }, connect, joined).lines, [
    'ts,pid,uid,comm,ip,saddr,sport,daddr,dport,query,dns.age_ms',
    '1,7,,curl,4,,,192.0.2.1,80,,',
    '1,7,,curl,4,,40000,192.0.2.1,80,example.com,3',
  ]);
});

test('-t and -T stand before the fields for machines as well', () => {
  const { lines } = formatted({ format: 'tsv', fields: [['pid']], timestamp: true, time: true }, connect, {
    ...connect,
    ts: 1.25,
  });
  assert.equal(lines[0], 'time\telapsed_s\tpid');
  assert.match(lines[2]!, /^\d\d:\d\d:01\.250\t0\.25\t7$/);
});

test('markdown has a rule below its header', () => {
  assert.deepEqual(formatted({ format: 'markdown', fields: [['pid'], ['comm']] }, connect).lines, [
    '| pid | comm |',
    '| --- | --- |',
    '| 7 | curl |',
  ]);
});

test('colour: a bold header, red for what failed', () => {
  const { lines } = formatted({ color: true }, accept, { ...connect, type: 'failed' });
  assert.ok(lines[0]!.startsWith('\x1b[1mT'));
  assert.ok(lines[1]!.startsWith('A '));
  assert.ok(lines[2]!.startsWith('\x1b[31mF') && lines[2]!.endsWith('\x1b[0m'));
});

test('whatever a record holds, a table shows no control character and every other format stays one line', () => {
  const types = fc.constantFrom('connect', 'accept', 'count', 'dns');
  const anything = fc.dictionary(
    fc.constantFrom(
      'ts',
      'pid',
      'uid',
      'comm',
      'saddr',
      'daddr',
      'query',
      'dns',
      'answers',
      'from',
      'mono_us',
      '__proto__',
    ),
    fc.anything({ key: fc.string({ unit: 'binary' }), withNullPrototype: false }),
  );
  const format = fc.constantFrom('table', 'csv', 'tsv', 'json', 'markdown');
  fc.assert(
    fc.property(types, anything, format, (type, members, format) => {
      const text = JSON.stringify({ type, ...members });
      const options = { format, time: true, timestamp: true, uid: true };
      for (const line of formatted(options, JSON.parse(text)).lines) {
        assert.doesNotMatch(
          format === 'tsv' ? line.replaceAll('\t', '') : line,
          /[\0-\x1f\x7f-\x9f\u202a-\u202e]/,
        );
      }
    }),
  );
});

test('seconds go on over a reboot that ready records tell of, in tables and for machines', () => {
  const boot = (run: string, ts: number, mono_us: number) => [
    { type: 'ready', ts, mono_us, run, boot_id: `boot of ${run}` },
    { ...connect, ts: ts + 1, mono_us: mono_us + 1e6, run },
  ];
  const records = [...boot('a', 1000, 15e6), ...boot('b', 1030, 5e6)];
  const table = formatted({ timestamp: true, fields: [['run']] }, ...records).lines;
  assert.deepEqual(
    table.slice(1).map(line => line.split(/ +/)),
    [
      ['0.000', 'a'],
      ['30.000', 'b'],
    ],
  );
  const verbose = { layout: 'tracer', timestamp: true, verbose: true, header: false } as const;
  assert.deepEqual(
    formatted(verbose, ...records).lines.map(line => line.split(' ', 1)[0]),
    ['0', '30000000000'],
  );
  assert.deepEqual(formatted({ format: 'csv', timestamp: true, fields: [['run']] }, ...records).lines, [
    'elapsed_s,run',
    '0,a',
    '30,b',
  ]);
});
