import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparison } from './comparison.js';
import { countsComparison } from './counts.js';
import type { Event } from './event.js';
import type { OptionSet } from './option-set.js';

const connect: Event = {
  type: 'connect',
  pid: 7,
  uid: 0,
  comm: 'fetch',
  netns: 1,
  mntns: 2,
  cgroup: 3,
  ip: 4,
  saddr: '127.0.0.1',
  sport: 40_000,
  daddr: '127.0.0.2',
  dport: 80,
  mapped: false,
  connected: true,
  blocking: true,
};
const release: Event = { ...connect, type: 'release' };

const connects: OptionSet = { tool: 'tcpconnect', args: [], passes: () => true };
const timed: OptionSet = { ...connects, args: ['-t'] };
const traces: OptionSet = { tool: 'tcptracer', args: [], passes: () => true };
const row = '7       fetch        4  127.0.0.1        127.0.0.2        80     ';
const releaseRow = 'X  7      fetch            4  127.0.0.1        127.0.0.2        40000  80    ';

test('rows of the same bytes that say what happened are the same', () => {
  const result = comparison(connects, [connect, connect], [row, row], [row, row]);
  assert.deepEqual([result.same, result.explained.size, result.problems], [2, 0, []]);
});

test('times may differ, their columns may not', () => {
  const same = comparison(timed, [connect], [`0.000    ${row}`], [`1.250    ${row}`]);
  assert.deepEqual([same.same, same.problems], [1, []]);
  const wider = comparison(timed, [connect], [`0.000    ${row}`], [`1.250     ${row}`]);
  assert.deepEqual([wider.same, wider.problems.length], [0, 1]);
});

test('a row that is missing, wrong, padded otherwise or too many is a problem, on either side', () => {
  const wrong = row.replace('7', '8');
  for (const [ours, bcc] of [
    [[], [row]],
    [[row], []],
    [[wrong], [wrong]],
    [[row], [row.trimEnd()]],
    [[row, row], [row]],
    [[row], [row, row]],
  ] as const) {
    assert.equal(comparison(connects, [connect], ours, bcc).problems.length, 1, `${ours} and ${bcc}`);
  }
});

test('only what bcc is known to get wrong is explained', () => {
  const refused = { ...release, connected: false, blocking: false };
  const result = comparison(traces, [refused], [], [releaseRow]);
  assert.deepEqual(
    [...result.explained].map(([{ what }, count]) => [what, count]),
    [['X without a connection', 1]],
  );
  assert.deepEqual([result.same, result.problems], [0, []]);
  assert.equal(comparison(traces, [release], [], [releaseRow]).problems.length, 1);
  assert.equal(
    comparison(traces, [refused], [], []).problems.length,
    1,
    'bcc does not do what it is said to',
  );
});

test('counts are the same whatever the order of those that are equal', () => {
  const other = { ...connect, dport: 443 };
  const lines = (...ports: [number, number][]) => [
    '',
    'LADDR RADDR RPORT CONNECTS',
    ...ports.map(([port, count]) => `127.0.0.1 127.0.0.2 ${port} ${count}`),
  ];
  const compare = (events: Event[], ours: string[], bcc: string[]) =>
    countsComparison({ ...connects, args: ['-c'] }, events, ours, bcc);
  const ties = compare([connect, other], lines([80, 1], [443, 1]), lines([443, 1], [80, 1]));
  assert.deepEqual([ties.same, ties.problems], [2, []]);
  const unsorted = compare([connect, other, other], lines([443, 2], [80, 1]), lines([80, 1], [443, 2]));
  assert.equal(unsorted.problems.length, 1);
  const miscounted = compare([connect], lines([80, 2]), lines([80, 2]));
  assert.equal(miscounted.problems.length, 1);
});
