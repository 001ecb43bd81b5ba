import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { connect, dns, queryOf, recordsFrom, someone, verdict } from './testing/fixtures.js';

const other = { pid: 41, pid_start_us: 6e6 };
const address = '198.51.100.7';

async function scopeOf(records: AnyRecord[], options = {}): Promise<unknown> {
  return ((await verdict(records, options)).dns as AnyRecord).scope;
}

test('an answer counts from the moment it was received, that moment included', async () => {
  assert.equal(await queryOf([connect(10, address), dns(10, 'a.example', [address])]), 'a.example');
  assert.equal(await queryOf([connect(10, address), dns(10.000001, 'a.example', [address])]), null);
});

test('DNS put in front of the connects is not known before its time', async () => {
  const answers = [
    dns(10, 'first.example', [address]),
    dns(20, 'second.example', [address], { rcode: 'NOERROR' }),
  ];
  const connects = [connect(9, address), connect(15, address), connect(100, address)];
  const joined = await recordsFrom([[...answers, ...connects]]);
  assert.deepEqual(
    joined.map(record => record.query),
    [null, 'first.example', 'second.example'],
  );
});

test('scopes: the process before its namespace, another namespace only on request', async () => {
  const mine = dns(10, 'mine.example', [address]);
  const neighbour = dns(11, 'neighbour.example', [address], other);
  const stranger = dns(12, 'stranger.example', [address], { ...other, netns: 2 });
  const last = connect(13, address);
  assert.equal(await queryOf([mine, neighbour, stranger, last]), 'mine.example');
  assert.equal(await queryOf([neighbour, stranger, last]), 'neighbour.example');
  assert.equal(await scopeOf([neighbour, stranger, last]), 'netns');
  assert.equal(await queryOf([neighbour, last], { scope: 'process' }), null);
  assert.equal(await queryOf([stranger, last]), null);
  assert.equal(await queryOf([stranger, last], { scope: 'host' }), 'stranger.example');
  assert.equal(await scopeOf([stranger, last], { scope: 'host' }), 'host');
});

test('scopes: a resolver daemon of the host counts for every namespace, after its own', async () => {
  const daemon = { pid: 9, pid_start_us: 1e6, netns: 2, daemon: true };
  const upstream = dns(10, 'upstream.example', [address], daemon);
  const neighbour = dns(9, 'neighbour.example', [address], other);
  const stranger = dns(12, 'stranger.example', [address], { ...other, netns: 3 });
  const last = connect(13, address);
  assert.equal(await queryOf([upstream, stranger, last]), 'upstream.example');
  assert.equal(await scopeOf([upstream, last]), 'resolver');
  assert.equal(await queryOf([upstream, neighbour, last]), 'neighbour.example');
  assert.equal(await queryOf([upstream, last], { scope: 'process' }), null);
  assert.equal(await scopeOf([upstream, last], { scope: 'host' }), 'resolver');
  assert.equal(await scopeOf([upstream, connect(13, address, { netns: 2 })]), 'netns');
  assert.equal(await scopeOf([upstream, connect(13, address, daemon)]), 'process');
  assert.equal(await scopeOf([upstream, connect(13, address, { netns: undefined })]), 'resolver');
  assert.equal(await queryOf([{ ...upstream, daemon: 'yes' }, last]), null);
  assert.equal(await queryOf([{ ...upstream, solicited: false }, last]), null);
});

test('a process is its pid and its start', async () => {
  const reused = connect(13, address, { pid_start_us: 12e6 });
  assert.equal(await scopeOf([dns(10, 'a.example', [address]), reused]), 'netns');
  const nameless = { pid_start_us: undefined };
  assert.equal(
    await scopeOf([dns(10, 'a.example', [address], nameless), connect(13, address, nameless)]),
    'netns',
  );
});

test('a process keeps its answers when it changes its namespace', async () => {
  assert.equal(
    await scopeOf([dns(10, 'a.example', [address]), connect(11, address, { netns: 2 })]),
    'process',
  );
  const nowhere = { netns: undefined };
  assert.equal(await scopeOf([dns(10, 'a.example', [address], nowhere), connect(11, address)]), 'process');
  assert.equal(await scopeOf([dns(10, 'a.example', [address]), connect(11, address, nowhere)]), 'process');
  assert.equal(
    await queryOf([dns(10, 'a.example', [address], nowhere), connect(11, address, { ...other, ...nowhere })]),
    null,
  );
});

test('what nobody asked for counts only on request', async () => {
  const forged = dns(10, 'forged.example', [address], { solicited: false });
  assert.equal(await queryOf([forged, connect(11, address)]), null);
  assert.equal(await queryOf([forged, connect(11, address)], { unsolicited: true }), 'forged.example');
});

test('the latest of several live names is the query, and all are candidates', async () => {
  const old = dns(10, 'old.example', [address], { rcode: 'NOERROR' });
  const names = ['a.example', 'b.example', 'a.example'].map((name, i) => dns(100 + i, name, [address]));
  const { query, dns: evidence } = await verdict([old, ...names, connect(120, address)]);
  assert.equal(query, 'a.example');
  assert.deepEqual((evidence as AnyRecord).candidates, ['a.example', 'b.example']);
  assert.equal((evidence as AnyRecord).ambiguous, true);
});

test('names that have all run out fit equally well', async () => {
  const { dns: evidence } = await verdict([
    dns(10, 'a.example', [address]),
    dns(11, 'b.example', [address]),
    connect(500, address),
  ]);
  assert.deepEqual((evidence as AnyRecord).candidates, ['b.example', 'a.example']);
});

test('a hosts file is evidence that does not age, for those who share it', async () => {
  const owner = { pid: undefined, pid_start_us: undefined, netns: undefined };
  const hosts = (fields: AnyRecord) =>
    dns(1, 'db.internal', [address], { proto: 'hosts', ...owner, ...fields });
  const later = connect(200_000, address, { mntns: 8 });
  const joined = await verdict([hosts({}), later]);
  assert.equal(joined.query, 'db.internal');
  assert.equal((joined.dns as AnyRecord).ttl_left_s, undefined);
  assert.equal(await queryOf([hosts({ mntns: 8 }), later]), 'db.internal');
  assert.equal(await queryOf([hosts({ mntns: 9, netns: 1 }), later]), null);
  assert.equal(await queryOf([hosts({ netns: 2 }), later]), null);
  assert.equal(await scopeOf([hosts({ mntns: 9 }), later], { scope: 'host' }), 'host');
});

test('names that a process goes on connecting by stay its own, whoever else asks and connects', async () => {
  const stranger = { pid: 41, pid_start_us: 6e6 };
  const passerBy = (i: number): AnyRecord[] => [
    dns(11 + i, `${i}.example`, [address], { pid: 100 + i, pid_start_us: 6e6 }),
  ];
  const passersBy = [
    passerBy,
    // One that never asks gets the names of all.
    (i: number) => [...passerBy(i), connect(11.2 + i, address, stranger)],
    // One that asks for a new name each time.
    (i: number) => [dns(11 + i, `${i}.example`, [address], stranger), connect(11.2 + i, address, stranger)],
  ];
  for (const names of [['a.example'], ['b.example', 'a.example']]) {
    for (const passing of passersBy) {
      const records: AnyRecord[] = names.toReversed().map((name, i) => dns(10 + i / 10, name, [address]));
      for (let i = 0; i < 200; i++) {
        records.push(...passing(i));
        if (i % 20 === 0) records.push(connect(11.5 + i, address));
      }
      const joined = (await recordsFrom([records])).filter(({ pid }) => pid === someone.pid);
      assert.equal(joined.length, 10);
      for (const { query, dns } of joined as { query: string; dns: AnyRecord }[]) {
        assert.equal(query, names[0]);
        assert.equal(dns.scope, 'process');
        assert.deepEqual(dns.candidates, names.length > 1 ? names : undefined);
      }
    }
  }
});
