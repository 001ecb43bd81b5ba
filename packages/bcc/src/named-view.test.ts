import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { NamedView } from './named-view.js';

const owner = { pid: 700, tid: 700, uid: 0, comm: 'curl', pid_start_us: 1_000, netns: 4026531840 };
const connect = { type: 'connect', ...owner, ip: 4, saddr: '192.0.2.1', daddr: '198.51.100.7', dport: 443 };

function answer(qname: string, mono_us: number, more: object = {}): AnyRecord {
  const answers = [{ name: qname, type: 'A', ttl: 60, data: connect.daddr }];
  return { type: 'dns', mono_us, ...owner, qname, rcode: 'NOERROR', answers, solicited: true, ...more };
}

/** The events as shown, `waiting` being what the DNS side has not read yet. */
function shown(events: AnyRecord[], waiting: AnyRecord[]): AnyRecord[] {
  const rows: AnyRecord[] = [];
  const view = new NamedView({ heading: [], event: record => rows.push(record) }, () => {
    for (const record of waiting.splice(0)) view.learn(record);
  });
  for (const event of events) view.event(event);
  return rows;
}

test('an answer that waits when its connect is read still gives the name, with its age', () => {
  const [row] = shown([{ ...connect, mono_us: 250_000 }], [answer('example.com', 100_000)]);
  assert.equal(row!.query, 'example.com');
  assert.equal((row!.dns as AnyRecord).age_ms, 150);
});

test('answers count in event time: not those that came later, however early they are read', () => {
  const waiting = [answer('later.example', 300_000), answer('example.com', 100_000)];
  const events = [
    { ...connect, mono_us: 50_000 },
    { ...connect, mono_us: 200_000 },
    { ...connect, mono_us: 400_000 },
  ];
  assert.deepEqual(
    shown(events, waiting).map(row => row.query),
    [null, 'example.com', 'later.example'],
  );
});

test('without an answer the loopback addresses alone are localhost', () => {
  const events = ['127.0.0.1', '::1', '127.0.0.2', '198.51.100.7'].map(daddr => ({
    ...connect,
    daddr,
    mono_us: 1,
  }));
  assert.deepEqual(
    shown(events, []).map(row => row.query),
    ['localhost', 'localhost', null, null],
  );
});

test('an answer that nobody asked for, or of another network namespace, gives no name', () => {
  const waiting = [
    answer('forged.example', 10, { solicited: false }),
    answer('other.example', 20, { netns: 4026532000, pid: 800 }),
  ];
  assert.equal(shown([{ ...connect, mono_us: 100 }], waiting)[0]!.query, null);
});

test('a row keeps what the event says; the DNS side is read once for each batch', () => {
  let ended = 0;
  let caughtUp = 0;
  const rows: AnyRecord[] = [];
  const view = new NamedView(
    { heading: ['first'], event: record => rows.push(record), batchRead: () => ended++ },
    () => caughtUp++,
  );
  view.event({ ...connect, mono_us: 5 });
  view.event({ ...connect, mono_us: 6 });
  view.batchRead();
  view.batchRead();
  view.event({ ...connect, mono_us: 7 });
  assert.deepEqual([rows.length, ended, caughtUp, view.heading], [3, 2, 2, ['first']]);
  const { query: _query, dns: _dns, ...rest } = rows[0]!;
  assert.deepEqual(rest, { ...connect, mono_us: 5 });
});
