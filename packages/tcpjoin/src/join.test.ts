import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import {
  bootTime,
  connect,
  dns,
  linesFrom,
  lost,
  queryOf,
  ready,
  recordsFrom,
  someone,
  verdict,
} from './testing/fixtures.js';

const other = { pid: 41, pid_start_us: 6e6 };
const address = '198.51.100.7';

async function reasonOf(records: AnyRecord[], options = {}): Promise<unknown> {
  const { query, dns } = await verdict(records, options);
  assert.equal(query, null);
  return (dns as AnyRecord).reason;
}

test('a connect gets the name with its evidence', async () => {
  const answers = [
    { name: 'www.example.com', type: 'CNAME', ttl: 300, data: 'edge.example.net' },
    { name: 'edge.example.net', type: 'CNAME', ttl: 20, data: 'a.example.net' },
    { name: 'a.example.net', type: 'A', ttl: 60, data: address },
  ];
  assert.deepEqual(await verdict([dns(10, 'www.example.com', [], { answers }), connect(12.5, address)]), {
    query: 'www.example.com',
    dns: {
      age_ms: 2500,
      scope: 'process',
      ttl_left_s: 17.5,
      chain: ['edge.example.net', 'a.example.net'],
      resolver: '192.0.2.53',
    },
  });
});

test('the TTL running out does not erase, the age limit does', async () => {
  const answer = dns(10, 'a.example', [address]);
  const { query, dns: evidence } = await verdict([answer, connect(70.0004, address)]);
  assert.equal(query, 'a.example');
  assert.equal((evidence as AnyRecord).ttl_left_s, -0.001);
  assert.equal(await reasonOf([answer, connect(86_411, address)]), 'expired');
  assert.equal(await reasonOf([answer, connect(13, address)], { ttlUs: 2e6 }), 'expired');
});

test('localhost is exactly two addresses, where no answer says otherwise', async () => {
  for (const loopback of ['127.0.0.1', '::1']) {
    assert.deepEqual(await verdict([connect(10, loopback)]), {
      query: 'localhost',
      dns: { reason: 'loopback' },
    });
    assert.equal(await queryOf([dns(9, 'dev.example', [loopback]), connect(10, loopback)]), 'dev.example');
  }
  assert.equal(await queryOf([connect(10, '127.0.0.2')]), null);
});

test('the reason is the first of these that is true', async () => {
  const watched = ready(1, 'dnssource');
  const last = connect(10, address);
  assert.equal(await reasonOf([last]), 'not_seen');
  assert.equal(await reasonOf([watched, last]), 'no_query');
  assert.equal(await reasonOf([watched, dns(9, 'b.example', ['192.0.2.1']), last]), 'not_seen');
  assert.equal(await reasonOf([watched, dns(9, 'b.example', ['192.0.2.1'], other), last]), 'no_query');
  const unbelieved = dns(9, 'b.example', [address], { solicited: false });
  assert.equal(await reasonOf([watched, unbelieved, last]), 'not_seen');
  assert.equal(await reasonOf([watched, connect(10, address, { pid_start_us: undefined })]), 'not_seen');
  assert.equal(await reasonOf([watched, lost(7, 'dnssource'), last]), 'lost');
  assert.equal(await reasonOf([watched, lost(4, 'dnssource'), last]), 'no_query');
  assert.equal(await reasonOf([watched, lost(7, 'tcpsource'), last]), 'no_query');
  const lateWatch = ready(6, 'dnssource');
  assert.equal(await reasonOf([lateWatch, lost(7, 'dnssource'), last]), 'before_start');
  assert.equal(await reasonOf([lateWatch, connect(9, '192.0.2.9', { dport: 853 }), last]), 'encrypted');
  assert.equal(await reasonOf([watched, connect(9, '9.9.9.9'), last]), 'encrypted');
  assert.equal(await reasonOf([watched, connect(9, '9.9.9.9', { dport: 80 }), last]), 'no_query');
  assert.equal(await reasonOf([watched, connect(9, '9.9.9.9', other), last]), 'no_query');
});

test('watching begins anew with each ready record of dnssource', async () => {
  const twice = [ready(1, 'dnssource'), ready(6, 'dnssource', { run: 'again' })];
  assert.equal(await reasonOf([...twice, connect(10, address)]), 'before_start');
  assert.equal(await reasonOf([...twice, connect(10, address, { pid_start_us: 7e6 })]), 'no_query');
  const close = { type: 'close', duration_ms: 4000, latency_ms: 500 };
  assert.equal(await reasonOf([...twice, connect(10, address, close)]), 'no_query');
});

/** The same, on another host or after a reboot. */
function elsewhere(record: AnyRecord): AnyRecord {
  return { ...record, run: `${record.run} b`, ts: (record.ts as number) + 5000 };
}

test('what was received in another boot, or on another host, names nothing', async () => {
  const named = { pid: 70, pid_start_us: 1e6 };
  const others = {
    namespace: dns(2, 'old.example', [address], named),
    daemon: dns(2, 'old.example', [address], { ...named, daemon: true, netns: 5 }),
    hosts: dns(3, 'old.example', [address], { proto: 'hosts', mntns: 8, netns: undefined }),
    unplaced: dns(3, 'old.example', [address], { proto: 'hosts', netns: undefined }),
  };
  const after = [ready(1, 'dnssource', { boot_id: 'b' }), ready(1.1, 'tcpsource', { boot_id: 'b' })].map(
    elsewhere,
  );
  const same = after.map(record => ({ ...record, boot_id: 'a' }));
  const last = elsewhere(connect(10, address, { mntns: 8 }));
  for (const [kind, other] of Object.entries(others)) {
    const before = [ready(1, 'dnssource', { boot_id: 'a' }), other];
    for (const scope of ['netns', 'host'] as const) {
      assert.equal(await queryOf([...before, ...after, last], { scope }), null, `${kind}, ${scope}`);
      assert.equal(await queryOf([...before, ...same, last], { scope }), 'old.example', `${kind}, ${scope}`);
    }
  }
});

test('nobody watches one boot or host by watching another', async () => {
  const a = ready(1, 'dnssource', { boot_id: 'a' });
  const b = (tool: string) => elsewhere(ready(1, tool, { boot_id: 'b' }));
  const last = elsewhere(connect(10, address));
  assert.equal(await reasonOf([a, b('tcpsource'), last]), 'not_seen');
  assert.equal(await reasonOf([a, b('dnssource'), last]), 'no_query');
  assert.equal(await reasonOf([a, b('dnssource'), lost(5006, 'dnssource'), last]), 'no_query');
  assert.equal(await reasonOf([a, b('dnssource'), elsewhere(lost(6, 'dnssource')), last]), 'lost');
});

test('a record without mono_us belongs to the boot of its run', async () => {
  const inputs = [
    ready(1, 'dnssource', { boot_id: 'a' }),
    elsewhere(ready(1, 'dnssource', { boot_id: 'b' })),
  ];
  const { mono_us: _, ...answer } = dns(2, 'a.example', [address], { ts: bootTime + 5005 });
  const [own, other] = [{ ...connect(5010, address), ts: bootTime + 5010 }, elsewhere(connect(10, address))];
  const run = { run: 'dns' };
  assert.equal(await queryOf([...inputs, answer, { ...own, ...run }]), 'a.example');
  assert.equal(await queryOf([...inputs, answer, { ...other, run: 'dns b' }]), null);
});

test('where nothing has mono_us, starts of processes are as good as ever', async () => {
  const bare = [ready(1, 'dnssource', { boot_id: undefined }), connect(10, address)];
  const { dns: evidence } = await verdict(bare.map(({ mono_us: _, ...rest }) => rest));
  assert.deepEqual(evidence, { reason: 'no_query' });
});

test('boots that nobody watches do not push out those that are watched', async () => {
  const watched = [ready(1, 'dnssource', { boot_id: 'a' }), ready(1, 'tcpsource', { boot_id: 'a' })];
  const others = Array.from({ length: 200 }, (_, i) => [
    { ...ready(1, 'tcpsource', { boot_id: `${i}` }), run: `tcp ${i}` },
    { ...connect(9, address), run: `tcp ${i}` },
  ]).flat();
  assert.equal(await reasonOf([...watched, ...others, connect(10, address)]), 'no_query');
});

test('an answer without mono_us names connects in its namespace, also where it is the first of all', async () => {
  const { mono_us: _, ...answer } = dns(9, 'example.org', [address]);
  assert.equal(await queryOf([answer, connect(10, address)]), 'example.org');
});

test('of a hosts file what was read last counts, as of when the connection began', async () => {
  const entry = (at: number, name: string, addresses = [address], more: AnyRecord = {}) =>
    dns(at, name, addresses, { proto: 'hosts', mntns: 8, netns: undefined, ...more });
  const first = [entry(1, 'old.example'), entry(1, 'gone.example', ['192.0.2.2'])];
  const second = entry(9, 'new.example');
  const who = { mntns: 8 };
  const { query, dns: evidence } = await verdict([...first, second, connect(10, address, who)]);
  assert.deepEqual([query, (evidence as AnyRecord).ambiguous], ['new.example', undefined]);
  assert.equal(await queryOf([...first, second, connect(10, '192.0.2.2', who)]), null);
  assert.equal(await queryOf([...first, second, connect(10, '192.0.2.2')], { scope: 'host' }), null);
  const close = connect(12, '192.0.2.2', { ...who, type: 'close', duration_ms: 5000 });
  assert.equal(await queryOf([...first, second, close]), 'gone.example');
  const elsewhere = entry(9, 'new.example', [address], { mntns: 9 });
  assert.equal(await queryOf([...first, elsewhere, connect(10, '192.0.2.2', who)]), 'gone.example');
  const nothing = entry(9, '', []);
  assert.equal(await queryOf([...first, nothing, connect(10, address, who)]), null);
});

test('a pid used again is a new process', async () => {
  const again = { pid_start_us: 9e6 };
  const records = [ready(1, 'dnssource'), dns(8, 'b.example', ['192.0.2.1']), connect(10, address, again)];
  assert.equal(await reasonOf(records), 'no_query');
  assert.equal(
    await reasonOf([...records, dns(11, 'b.example', ['192.0.2.1'], again), connect(12, address)]),
    'not_seen',
  );
});

test('nothing is said of what a process did not do once processes were forgotten', async () => {
  const crowd = [1, 2, 3].map(pid => dns(8, 'b.example', ['192.0.2.1'], { pid, pid_start_us: 7e6 }));
  assert.equal(
    await reasonOf([ready(1, 'dnssource'), ...crowd, connect(10, address)], { max: 2 }),
    'not_seen',
  );
});

test('outcome and end of a connection get the name that led to it', async () => {
  const answers = [dns(10, 'a.example', [address]), dns(12, 'b.example', [address])];
  const records = [
    ...answers,
    connect(13, address, { type: 'failed', latency_ms: 2000 }),
    connect(15, address, { type: 'close', latency_ms: 1000, duration_ms: 3000 }),
    connect(15, address, { type: 'established', latency_ms: 1 }),
    connect(16, address, { type: 'close', duration_ms: 5000 }),
    connect(17, address, { type: 'close' }),
  ];
  const queries = (await recordsFrom([records])).map(({ query, type }) => [type, query]);
  assert.deepEqual(queries, [
    ['failed', 'a.example'],
    ['close', 'a.example'],
    ['established', 'b.example'],
    ['close', 'a.example'],
    ['close', 'b.example'],
  ]);
});

test('an accept, a loss, a count and what is not known pass as they came', async () => {
  const records = [
    connect(9.5, address, { type: 'accept' }),
    lost(10, 'dnssource'),
    { type: 'count', daddr: address, connects: 3 },
    { type: 'later', daddr: address },
    { no: 'type' },
    connect(11, address, { daddr: 7 }),
  ];
  assert.deepEqual(await recordsFrom([[dns(9, 'a.example', [address]), ...records]]), records.map(plain));
});

test('DNS records are consumed, or passed on', async () => {
  const record = dns(9, 'a.example', [address]);
  assert.deepEqual(await recordsFrom([[record]]), []);
  assert.deepEqual(await recordsFrom([[record]], { passDns: true }), [record]);
});

test('records of any shape neither end the run nor count as evidence', async () => {
  const shapes: unknown[] = [
    null,
    7,
    '',
    'x',
    [],
    {},
    [null],
    [{}],
    [{ type: 'A', name: 7 }],
    -1,
    1e300,
    true,
  ];
  const fields = [
    'answers',
    'qname',
    'ts',
    'mono_us',
    'run',
    'seq',
    'pid',
    'pid_start_us',
    'netns',
    'resolver',
  ];
  const hostile = fields.flatMap(field =>
    shapes.map(shape => dns(9, 'bad.example', ['192.0.2.1'], { [field]: shape })),
  );
  const connects = fields.flatMap(field => shapes.map(shape => connect(9, '192.0.2.2', { [field]: shape })));
  const good = { ...dns(10, 'a.example', [address]), ['__proto__']: 'x' };
  const joined = await recordsFrom([[...hostile, ...connects, good, connect(11, address, someone)]]);
  assert.equal(joined.length, connects.length + 1);
  assert.ok(joined.some(({ daddr, query }) => daddr === address && query === 'a.example'));
});

test('the example in the README is what comes out', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const lines = readme.split('\n').flatMap(line => (line.startsWith('    {') ? [line.trim()] : []));
  const input = lines.slice(0, 3).map(line => JSON.parse(line) as AnyRecord);
  assert.deepEqual(await linesFrom([input]), lines.slice(3));
});

function plain(record: AnyRecord): AnyRecord {
  return JSON.parse(JSON.stringify(record)) as AnyRecord;
}
