import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { type Column, headerLine, rowLine } from '../columns.js';
import { connectColumns } from './connect.js';
import { countColumns } from './count.js';
import { tracerColumns } from './tracer.js';
import { v4connectColumns } from './v4connect.js';

const connect = {
  type: 'connect',
  ts: 1,
  mono_us: 1_500_000,
  run: '0a1b2c3d',
  pid: 31346,
  uid: 1000,
  comm: 'systemd-resolved',
  ip: 4,
  saddr: '192.0.2.1',
  sport: 40000,
  daddr: '198.51.100.7',
  dport: 443,
};

function lines(columns: Column[], ...records: AnyRecord[]): string[] {
  return [headerLine(columns), ...records.map(record => rowLine(columns, record))];
}

test('tcpconnect: a row ends in one more blank than the header', () => {
  assert.deepEqual(lines(connectColumns(), connect), [
    'PID     COMM         IP SADDR            DADDR            DPORT ',
    '31346   systemd-reso 4  192.0.2.1        198.51.100.7     443    ',
  ]);
});

test('tcpconnect -tUL: nothing but padding after TIME and UID', () => {
  const columns = connectColumns({ timestamp: true, uid: true, lport: true });
  assert.deepEqual(lines(columns, connect, { ...connect, mono_us: 13_845_678_900 }), [
    'TIME(s)  UID   PID     COMM         IP SADDR            LPORT  DADDR            DPORT ',
    '0.000    1000  31346   systemd-reso 4  192.0.2.1        40000  198.51.100.7     443    ',
    '13844.1791000  31346   systemd-reso 4  192.0.2.1        40000  198.51.100.7     443    ',
  ]);
});

test('tcpconnect -d: an answer is shown with its age when it is more than 100 ms old', () => {
  const joined = (query: string | null, dns?: object) => ({ ...connect, query, ...(dns ? { dns } : {}) });
  const rows = lines(
    connectColumns({ dns: true }),
    joined('example.com', { age_ms: 100 }),
    joined('example.com', { age_ms: 100.001 }),
    joined(null, { reason: 'no answer' }),
    connect,
  );
  assert.deepEqual(rows, [
    'PID     COMM         IP SADDR            DADDR            DPORT  QUERY',
    '31346   systemd-reso 4  192.0.2.1        198.51.100.7     443    example.com',
    '31346   systemd-reso 4  192.0.2.1        198.51.100.7     443    example.com (100.001ms)',
    '31346   systemd-reso 4  192.0.2.1        198.51.100.7     443    No DNS Query',
    '31346   systemd-reso 4  192.0.2.1        198.51.100.7     443    No DNS Query',
  ]);
});

test('tcpconnect: long addresses overflow, unless the columns are wide', () => {
  const long = '2001:db8:1111:2222:3333:4444:5555:6666';
  const v6 = { ...connect, ip: 6, saddr: long, daddr: '::1' };
  const [, narrow] = lines(connectColumns(), v6);
  assert.equal(narrow, `31346   systemd-reso 6  ${long} ::1              443    `);
  const [header, wide] = lines(connectColumns({ wide: true }), v6);
  assert.equal(wide, `31346   systemd-reso 6  ${long}  ${'::1'.padEnd(39)} 443    `);
  assert.equal(header!.length, wide!.length - 1);
});

test('tcptracer: bcc’s letters, brackets around IPv6, no blank at the end', () => {
  const v6 = { ...connect, type: 'accept', ip: 6, saddr: '::1', daddr: '2001:db8::2' };
  assert.deepEqual(
    lines(tracerColumns(), { ...connect, type: 'established' }, v6, { ...v6, type: 'close' }),
    [
      'T  PID    COMM             IP SADDR            DADDR            SPORT  DPORT ',
      'C  31346  systemd-resolved 4  192.0.2.1        198.51.100.7     40000  443   ',
      'A  31346  systemd-resolved 6  [::1]            [2001:db8::2]    40000  443   ',
      'X  31346  systemd-resolved 6  [::1]            [2001:db8::2]    40000  443   ',
    ],
  );
});

test('tcptracer -v: types in full and the namespace; with -t nanoseconds', () => {
  const established = { ...connect, type: 'established', netns: 4026531840 };
  assert.deepEqual(lines(tracerColumns({ verbose: true }), established), [
    'TYPE         PID    COMM             IP SADDR            DADDR            SPORT  DPORT  NETNS   ',
    'connect      31346  systemd-resolved 4  192.0.2.1        198.51.100.7     40000  443    4026531840',
  ]);
  const timed = tracerColumns({ verbose: true, timestamp: true, netns: false });
  assert.deepEqual(lines(timed, established, { ...established, mono_us: 1_500_042 }), [
    'TIME(ns)      TYPE         PID    COMM             IP SADDR            DADDR            SPORT  DPORT  ',
    '0             connect      31346  systemd-resolved 4  192.0.2.1        198.51.100.7     40000  443   ',
    '42000         connect      31346  systemd-resolved 4  192.0.2.1        198.51.100.7     40000  443   ',
  ]);
});

test('tcptracer -v with names: the column QUERY stands below its title', () => {
  const named = { ...connect, type: 'established', netns: 4026531840, query: 'example.com' };
  const [header, row] = lines(tracerColumns({ verbose: true, dns: true }), named);
  assert.equal(row!.indexOf('example.com'), header!.indexOf('QUERY'));
});

test('tcptracer -t: seconds', () => {
  const [header, row] = lines(tracerColumns({ timestamp: true }), { ...connect, type: 'close' });
  assert.ok(header!.startsWith('TIME(s)  T  PID'));
  assert.ok(row!.startsWith('0.000    X  31346'));
});

test('tcpconnect -c', () => {
  const columns = countColumns([['saddr'], ['daddr'], ['dport']]);
  const count = { type: 'count', saddr: '192.0.2.1', daddr: '198.51.100.7', dport: 443, connects: 12 };
  assert.deepEqual(lines(columns, count, { type: 'count', connects: 3, other: true }), [
    'LADDR                     RADDR                     RPORT                CONNECTS  ',
    '192.0.2.1                 198.51.100.7              443                  12        ',
    '(other)                   -                         -                    3         ',
  ]);
});

test('tcpv4connect', () => {
  assert.deepEqual(lines(v4connectColumns({ timestamp: true }), connect), [
    'TIME(s)  PID    COMM         SADDR            DADDR            DPORT',
    '0.000    31346  systemd-reso 192.0.2.1        198.51.100.7     443 ',
  ]);
});

test('what a record lacks is a dash, in a column as wide as ever', () => {
  const [header, row] = lines(connectColumns({ timestamp: true, uid: true, lport: true }), {
    type: 'connect',
  });
  assert.equal(
    row,
    '-        -     -       -            -  -                -      -                -      ',
  );
  assert.equal(row!.length, header!.length + 1);
});

test('wide characters in comm are cut and filled by columns', () => {
  const [, row] = lines(connectColumns(), { ...connect, comm: '日本語日本語日本' });
  assert.equal(row, '31346   日本語日本語 4  192.0.2.1        198.51.100.7     443    ');
  const [, odd] = lines(connectColumns(), { ...connect, comm: 'a日本語日本語' });
  assert.equal(odd, '31346   a日本語日本  4  192.0.2.1        198.51.100.7     443    ');
});

test('a failed connect says why, and what has no name to be asked for has no query', () => {
  const failed = { ...connect, type: 'failed', errno: 'ECONNREFUSED', query: null };
  const [, plain] = lines(tracerColumns(), failed);
  assert.equal(
    plain,
    'F  31346  systemd-resolved 4  192.0.2.1        198.51.100.7     40000  443    ECONNREFUSED',
  );
  const [, named, accepted] = lines(tracerColumns({ dns: true }), failed, { ...connect, type: 'accept' });
  assert.match(named!, /443 {4}No DNS Query ECONNREFUSED$/);
  assert.match(accepted!, /443 {4}$/);
});
