import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectCounts } from './connect-counts.js';

const v4 = {
  type: 'connect',
  ip: 4,
  saddr: '192.0.2.1',
  daddr: '198.51.100.7',
  dport: 443,
  pid: 1,
  sport: 40000,
};
const v6 = { ...v4, ip: 6, saddr: '2001:db8::1', daddr: '2001:db8::7' };
const empty = ['', 'LADDR                     RADDR                     RPORT                CONNECTS  '];

test('IPv4 comes before IPv6, each by falling count, whatever the order of events', () => {
  const counts = new ConnectCounts();
  for (const record of [v6, v6, v6, v4, { ...v4, dport: 80 }, { ...v4, dport: 80, sport: 40001, pid: 2 }]) {
    counts.add(record);
  }
  counts.add({ ...v6, saddr: '2001:db8::2' });
  assert.deepEqual(counts.lines(), [
    ...empty,
    '192.0.2.1                 198.51.100.7              80                   2         ',
    '192.0.2.1                 198.51.100.7              443                  1         ',
    '2001:db8::1               2001:db8::7               443                  3         ',
    '2001:db8::2               2001:db8::7               443                  1         ',
  ]);
});

test('an IPv4-mapped connect is one of IPv4', () => {
  const counts = new ConnectCounts();
  counts.add({ ...v4, mapped: true });
  counts.add(v4);
  assert.deepEqual(counts.lines().slice(2), [
    '192.0.2.1                 198.51.100.7              443                  2         ',
  ]);
});

test('without connects there is the header alone', () => {
  assert.deepEqual(new ConnectCounts().lines(), empty);
});

test('what finds no place is counted in one row, so that the sum is exact', () => {
  const counts = new ConnectCounts(2);
  for (let dport = 1; dport <= 5; dport++) {
    counts.add({ ...v4, dport });
    counts.add({ ...v4, dport });
  }
  counts.add(v6);
  const connects = counts
    .lines()
    .slice(2)
    .map(line => line.trim().split(/ +/));
  assert.deepEqual(
    connects.map(row => [row[0], row.at(-1)]),
    [
      ['192.0.2.1', '2'],
      ['192.0.2.1', '2'],
      ['(other)', '6'],
      ['2001:db8::1', '1'],
    ],
  );
});
