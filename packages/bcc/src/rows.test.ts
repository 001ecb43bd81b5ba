import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Output, parseOptions } from '@tcppipe/cli';
import { connectRows } from './connect.js';
import { command } from './connect-command.js';

const connect = {
  type: 'connect',
  mono_us: 5_000_000,
  pid: 1234,
  uid: 1000,
  comm: 'curl',
  ip: 4,
  saddr: '192.0.2.1',
  sport: 40000,
  daddr: '198.51.100.7',
  dport: 443,
  query: 'example.com',
  dns: { age_ms: 100.5 },
};

const firstLine = 'Tracing connect ... Hit Ctrl-C to end';

/** What tcpconnect with these options prints of two connects, a second apart. */
function printed(...argv: string[]): string[] {
  const { options } = parseOptions(command.options, argv, { positionals: false });
  const lines: string[] = [];
  const out = { write: (line: string) => lines.push(line) } as unknown as Output;
  const view = connectRows({
    options: { ...options, version: false, strict: false, output: undefined, 'on-full': 'fail' },
    out,
  });
  view.event(connect);
  view.event({ ...connect, mono_us: 6_000_000 });
  return [...view.heading, ...lines];
}

test('tcpconnect without options', () => {
  const row = '1234    curl         4  192.0.2.1        198.51.100.7     443    ';
  assert.deepEqual(printed(), [
    firstLine,
    'PID     COMM         IP SADDR            DADDR            DPORT ',
    row,
    row,
  ]);
});

test('tcpconnect with every column', () => {
  assert.deepEqual(printed('-tULd'), [
    firstLine,
    'TIME(s)  UID   PID     COMM         IP SADDR            LPORT  DADDR            DPORT  QUERY',
    '0.000    1000  1234    curl         4  192.0.2.1        40000  198.51.100.7     443    example.com (100.500ms)',
    '1.000    1000  1234    curl         4  192.0.2.1        40000  198.51.100.7     443    example.com (100.500ms)',
  ]);
});

test('each option adds its own column, in any combination', () => {
  const headers = new Map([
    ['t', 'TIME(s)'],
    ['U', 'UID'],
    ['L', 'LPORT'],
    ['d', 'QUERY'],
  ]);
  for (let bits = 0; bits < 16; bits++) {
    const letters = [...headers.keys()].filter((_, bit) => bits & (1 << bit));
    const header = printed(...letters.map(letter => `-${letter}`))[1]!;
    const columns = header.trim().split(/ +/);
    const expected = ['TIME(s)', 'UID', 'PID', 'COMM', 'IP', 'SADDR', 'LPORT', 'DADDR', 'DPORT', 'QUERY'];
    const left = expected.filter(column => {
      const option = [...headers].find(([, title]) => title === column)?.[0];
      return option === undefined || letters.includes(option);
    });
    assert.deepEqual(columns, left, letters.join(''));
  }
});
