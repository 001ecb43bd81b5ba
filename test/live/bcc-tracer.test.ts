import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bccEnd, startBcc } from '../lib/bcc.js';
import { bpffs, pinMap, putKey } from '../lib/pinned-map.js';
import { Script } from '../lib/workload.js';

type Row = [type: 'C' | 'A' | 'X', pid: number, saddr: string, daddr: string, sport: number, dport: number];

const firstLine = 'Tracing TCP established connections. Ctrl-C to end.';
const hostNetns = statSync('/proc/self/ns/net').ino;
const typesInFull = { C: 'connect', A: 'accept', X: 'close' };

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

/** What stands in every row, whatever the options, from PID to DPORT. */
function common([, pid, saddr, daddr, sport, dport]: Row): string {
  const ip = saddr.includes(':') ? 6 : 4;
  const cells = [
    `${pid}`.padEnd(6),
    'python3'.padEnd(16),
    `${ip}`.padEnd(2),
    bracketed(saddr).padEnd(16),
    bracketed(daddr).padEnd(16),
    `${sport}`.padEnd(6),
    `${dport}`.padEnd(6),
  ];
  return cells.join(' ');
}

/** Header and rows of closes.py by tcptracer with these options, and what the script says it owes. */
async function traced(t: TestContext, args: (pid: number) => string[]) {
  const script = new Script(t, 'closes.py', []);
  const { pid } = await script.saying('ready');
  const tracer = await startBcc(t, 'tcptracer', args(pid));
  script.send('\n');
  const done: { rows: Row[]; pids: number[]; netns: number } = await script.saying('done');
  const isOurs = (line: string) => done.pids.some(ours => new RegExp(`(^|\\s)${ours}\\s`).test(line));
  const ended = await tracer.stop('SIGINT');
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  const [first, header, ...rows] = tracer.lines;
  assert.equal(first, firstLine);
  return { header, shown: rows.filter(isOurs), owed: done.rows, pids: done.pids, netns: done.netns };
}

test('tcptracer shows what connects, is accepted and is let go of, by whom and in which order', async t => {
  const { header, shown, owed } = await traced(t, () => []);
  assert.equal(header, 'T  PID    COMM             IP SADDR            DADDR            SPORT  DPORT ');
  assert.deepEqual(
    shown,
    owed.map(row => `${row[0]}  ${common(row)}`),
  );
});

test('tcptracer -v -t writes types in full, the namespace, and nanoseconds from the first row', async t => {
  const { header, shown, owed, netns } = await traced(t, () => ['-vt']);
  assert.equal(
    header,
    `TIME(ns)      TYPE         PID    COMM             IP SADDR            DADDR            SPORT  DPORT  NETNS   `,
  );
  assert.deepEqual(
    shown.map(line => line.slice(14)),
    owed.map(row => `${typesInFull[row[0]].padEnd(12)} ${common(row)} ${`${netns}`.padEnd(8)}`),
  );
  const times = shown.map(line => line.slice(0, 14));
  for (const time of times) assert.match(time, /^\d+ *$/);
  assert.deepEqual(
    times.map(Number),
    times.map(Number).sort((a, b) => a - b),
  );
});

test('tcptracer -p shows one process, -N one namespace, without its column', async t => {
  const { header, shown, owed, pids } = await traced(t, pid => ['-v', '-p', `${pid}`, '-N', `${hostNetns}`]);
  assert.equal(
    header,
    'TYPE         PID    COMM             IP SADDR            DADDR            SPORT  DPORT  ',
  );
  assert.deepEqual(
    shown,
    owed.filter(([, pid]) => pid === pids[0]).map(row => `${typesInFull[row[0]].padEnd(12)} ${common(row)}`),
  );
});

test('tcptracer --mntnsmap shows what ends with its process, too', async t => {
  const mntns = statSync('/proc/self/ns/mnt').ino;
  const path = pinMap(join(bpffs(t), 'mount-namespaces'), 8, 4);
  const nothing = await traced(t, () => ['--mntnsmap', path]);
  assert.deepEqual(nothing.shown, []);
  putKey(path, mntns, 4);
  const { shown, owed } = await traced(t, () => ['--mntnsmap', path]);
  assert.deepEqual(
    shown,
    owed.map(row => `${row[0]}  ${common(row)}`),
  );
});

test('tcptracer -4 includes IPv4-mapped, -6 shows IPv6 alone', async t => {
  for (const [option, isWanted] of [
    ['-4', (address: string) => !address.includes(':')],
    ['-6', (address: string) => address.includes(':')],
  ] as const) {
    const { shown, owed } = await traced(t, () => [option]);
    assert.deepEqual(
      shown,
      owed.filter(([, , saddr]) => isWanted(saddr)).map(row => `${row[0]}  ${common(row)}`),
    );
  }
});

test('tcptracer refuses what bcc never had', async t => {
  for (const args of [['-x'], ['-4', '-6'], ['-N', 'self'], ['--mntnsmap', '/nonexistent/map']]) {
    const { code, stdout, stderr } = await bccEnd(t, 'tcptracer', args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /^tcptracer: [^\n]+\n$/);
  }
});
