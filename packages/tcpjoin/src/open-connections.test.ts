import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { Destination } from './destination.js';
import type { Connection, Named } from './names.js';
import { OpenConnections } from './open-connections.js';
import { asWritten, connect, dns, linesFrom, linesFromBytes } from './testing/fixtures.js';

const address = '198.51.100.7';
const other = { pid: 41, pid_start_us: 6e6 };

/** As many questions of other processes for the address as push out the one that came before them. */
function othersAsk(from: number): AnyRecord[] {
  return Array.from({ length: 40 }, (_, i) =>
    dns(from + i / 100, `${i}.example`, [address], { pid: 100 + i, pid_start_us: 6e6 }),
  );
}

function established(at: number, since: number, fields: AnyRecord = {}): AnyRecord {
  return connect(at, address, { type: 'established', latency_ms: (at - since) * 1e3, ...fields });
}

function close(at: number, since: number, fields: AnyRecord = {}): AnyRecord {
  const latency_ms = 250;
  return connect(at, address, {
    type: 'close',
    latency_ms,
    duration_ms: (at - since) * 1e3 - latency_ms,
    ...fields,
  });
}

/** What the records about connections get, the same whether or not they are read without a full parse. */
async function queries(records: AnyRecord[]): Promise<unknown[]> {
  const written = records.map(asWritten);
  const lines = await linesFrom([written]);
  assert.deepEqual(await linesFromBytes([written], [65_536]), lines);
  return lines.map(line => JSON.parse(line).query);
}

test('outcome and end say what their connect said, though its question has been pushed out', async () => {
  const records = [
    ...[dns(10, 'a.example', [address]), connect(11, address), established(11.25, 11)],
    ...[...othersAsk(12), connect(13, address), close(14, 11), close(15, 13)],
  ];
  const [first, outcome, second, end, endOfSecond] = await queries(records);
  assert.deepEqual([first, outcome, end], ['a.example', 'a.example', 'a.example']);
  assert.deepEqual([second, endOfSecond], ['39.example', '39.example']);
});

test('connections of one moment are told apart by process and address, and counted where both are the same', async () => {
  const elsewhere = '198.51.100.8';
  const before = [
    ...[dns(10, 'a.example', [address]), dns(10, 'b.example', [elsewhere])],
    ...[dns(10, 'c.example', [address], other)],
    ...[connect(11, address), connect(11, elsewhere), connect(11, address, other), connect(11, address)],
    ...othersAsk(12),
  ];
  const ends = [
    ...[close(14, 11), close(15, 11, { daddr: elsewhere }), close(16, 11, other)],
    ...[close(17, 11), close(18, 11, { pid: 42 }), close(19, 11)],
  ];
  const found = (await queries([...before, ...ends])).slice(4);
  assert.deepEqual(found.slice(0, 4), ['a.example', 'b.example', 'c.example', 'a.example']);
  // Of another process, and without a connect.
  assert.deepEqual(found.slice(4), [null, null]);
});

test('an end is found again among other ends of its connect’s address', async () => {
  const starts = Array.from({ length: 200 }, (_, i) => 11 + i / 1000);
  const records = [
    ...[dns(10, 'a.example', [address]), ...starts.map(at => connect(at, address)), ...othersAsk(12)],
    ...starts.map(at => close(20, at)),
  ];
  assert.deepEqual(new Set(await queries(records)), new Set(['a.example']));
});

test('where thousands of connects have no outcome nothing is remembered, until there is one', async () => {
  const unended = Array.from({ length: 1100 }, (_, i) => connect(11 + i / 10_000, address, other));
  const again = Array.from({ length: 4 }, (_, i) => connect(11.8 + i / 100, address));
  const before = [dns(10, 'a.example', [address]), ...unended, ...again, connect(12, address)];
  assert.notEqual((await queries([...before, ...othersAsk(13), close(14, 12)])).at(-1), 'a.example');
  const later = [...before, close(12.5, 12), connect(12.6, address), ...othersAsk(13), close(14, 12.6)];
  assert.equal((await queries(later)).at(-1), 'a.example');
  const outcome = [...before, established(12.5, 12), ...othersAsk(13), close(14, 12)];
  assert.equal((await queries(outcome)).at(-1), 'a.example');
});

test('an answer that comes too late for a connect is found for its end', async () => {
  const records = [dns(10, 'b.example', [address], other), connect(11, address), connect(12, address)];
  const late = dns(10.5, 'a.example', [address]);
  const [first, , end] = await queries([...records, late, close(14, 11)]);
  assert.deepEqual([first, end], ['b.example', 'a.example']);
});

test('of what is remembered half at least stays, the latest, and several names of a connection count as such', () => {
  const max = 100;
  const daddr = new Destination(address);
  const owner = { pid: 1, start: 1, netns: 1, mntns: 1, boot: 0 };
  const chain = ['x'.repeat(250)];
  const answer = { qname: 'a.example', chain, resolver: undefined, isStatic: false, owner, uid: 1 };
  const begun = (at: number): Connection => ({ daddr, dport: 443, owner, at });
  for (const names of [1, 5, 40]) {
    const open = new OpenConnections(max);
    const answers = Array.from({ length: names }, () => ({ ...answer, isVerbatim: true, time: 0, ttl: 1 }));
    const finding: Named = { scope: 'process', answers, until: 0 };
    for (let at = 0; at < 990; at++) open.note(begun(at), 'begun', finding);
    const found = Array.from({ length: 990 }, (_, at) => at).filter(at => open.find(begun(at)));
    const places = found.length * Math.min(names, 16);
    assert.ok(places <= max && places >= max / 2 - 16, `${found.length} with ${names}`);
    assert.deepEqual(
      found,
      Array.from({ length: found.length }, (_, i) => 990 - found.length + i),
    );
    // One that stays open, while others come and go.
    const [last] = found.slice(-1) as [number];
    for (const at of found) if (at !== last) open.note(begun(at), 'over', undefined);
    for (let at = 1000; at < 2000; at++) {
      open.note(begun(at), 'begun', finding);
      open.note(begun(at), 'over', undefined);
    }
    assert.ok(open.find(begun(last)));
    open.note(begun(last), 'over', undefined);
    assert.equal(found.filter(at => open.find(begun(at))).length, 0);
  }
});
