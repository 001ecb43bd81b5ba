import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { FindingCache } from './finding-cache.js';
import type { JoinOptions } from './join.js';
import { asWritten, connect, dns, linesFrom, linesFromBytes, someone } from './testing/fixtures.js';

const address = '198.51.100.7';

/** So often a connection is looked at before it is remembered: its process, the two, and what is found must be known. */
const looks = 2;

function again(times: number, from: number, fields: AnyRecord = {}): AnyRecord[] {
  return Array.from({ length: times }, (_, i) => connect(from + i / 100, address, fields));
}

/** The lines, and which of them were remembered; they must be those that come without a memory. */
async function joined(t: TestContext, records: AnyRecord[], options: Partial<JoinOptions> = {}) {
  const write = t.mock.method(FindingCache.prototype, 'write');
  const written = records.map(asWritten);
  const lines = await linesFromBytes([written], [65_536], options);
  assert.deepEqual(lines, await linesFrom([written], options));
  const remembered = write.mock.calls.filter(({ result }) => result).length;
  write.mock.restore();
  return { lines, remembered };
}

test('a connection that is made again and again is looked up a few times', async t => {
  const { lines, remembered } = await joined(t, [dns(9, 'a.example', [address]), ...again(50, 10)]);
  assert.equal(remembered, 50 - looks);
  assert.match(
    lines.at(-1)!,
    /"query":"a.example","dns":\{"age_ms":1490,"scope":"process","ttl_left_s":58.51,/,
  );
});

test('what is learnt of its address or process is known at once', async t => {
  const elsewhere = { pid: 50, pid_start_us: 6e6 };
  const news: AnyRecord[] = [
    dns(11, 'b.example', [address]),
    dns(11, 'a.example', [address]),
    dns(11, 'a.example', [], { answers: [{ name: 'a.example', type: 'A', data: address }] }),
    dns(11, 'b.example', [address], elsewhere),
    dns(11, 'b.example', [address], { daemon: true }),
    dns(11, 'b.example', [address], { ...elsewhere, netns: 2 }),
    dns(11, 'b.example', [address], { netns: 2 }),
    dns(11, 'b.example', ['192.0.2.1'], { netns: 2 }),
    dns(11, 'b.example', [address], { proto: 'hosts', pid: undefined, pid_start_us: undefined }),
  ];
  for (const scope of ['process', 'netns', 'host'] as const) {
    for (const first of news) {
      for (const second of news) {
        const records = [{ ...first, ...timeOf(9) }, ...again(9, 10), second, ...again(9, 12)];
        const { remembered } = await joined(t, records, { scope, ttlUs: 2.5e6 });
        assert.ok(remembered <= 18 - looks);
      }
    }
  }
});

function timeOf(at: number): AnyRecord {
  const { ts, mono_us } = connect(at, address);
  return { ts, mono_us };
}

test('a name that was forgotten is not remembered', async t => {
  const flood = Array.from({ length: 20 }, (_, i) => dns(11, `${i}.example`, [`192.0.2.${i}`]));
  const records = [dns(9, 'a.example', [address]), ...again(9, 10), ...flood, ...again(9, 12)];
  const { lines, remembered } = await joined(t, records, { max: 4 });
  assert.equal(remembered, 9 - looks);
  assert.match(lines.at(-1)!, /"query":null/);
});

test('one that is in use stays while others come and go', async t => {
  const answer = (i: number) => dns(10 + i, `${i}.example`, [`192.0.2.${i}`]);
  const busy = Array.from({ length: 40 }, (_, i) => [answer(i), ...again(3, 10.1 + i)]).flat();
  const { lines, remembered } = await joined(t, [dns(9, 'a.example', [address]), ...busy], { max: 4 });
  assert.ok(lines.every(line => line.includes('"a.example"')));
  assert.equal(remembered, 40 * 3 - looks);
});

test('a name that is too old is not given any more', async t => {
  const records = [dns(9, 'a.example', [address]), ...again(9, 10), ...again(9, 15)];
  const { lines, remembered } = await joined(t, records, { ttlUs: 5e6 });
  assert.equal(remembered, 9 - looks);
  assert.match(lines.at(-1)!, /"reason":"expired"/);
});

test('who asks over TLS or HTTPS is noted, also where a name is remembered', async t => {
  for (const [resolver, dport] of [
    [address, 853],
    ['9.9.9.9', 443],
  ] as const) {
    const known = { ...someone, pid: 60 };
    const asks = Array.from({ length: 9 }, (_, i) => connect(10 + i / 100, resolver, { ...known, dport }));
    const records = [
      dns(9, 'dns.example', [resolver]),
      ...asks,
      connect(11, '203.0.113.1', { ...known, dport: 80 }),
    ];
    const { lines, remembered } = await joined(t, records);
    assert.equal(remembered, 0);
    assert.match(lines.at(-1)!, /"reason":"encrypted"/);
  }
});

test('lines stay within 16 KiB', async t => {
  const chain = { name: 'a.example', type: 'CNAME', ttl: 60, data: `${'long.'.repeat(20)}example` };
  const end = { name: chain.data, type: 'A', ttl: 60, data: address };
  const answer = dns(9, 'a.example', [], { answers: [chain, end] });
  const [sample] = again(1, 10, { comm: '' });
  const most = 16_384 - JSON.stringify(asWritten(sample!)).length;
  for (let room = 0; room < 400; room += 7) {
    const { lines } = await joined(t, [answer, ...again(5, 10, { comm: 'x'.repeat(most - room) })]);
    assert.ok(lines.every(line => line.length <= 16_384));
  }
});

test('what is known of its process counts, too: where that received answers', async t => {
  const moved = { netns: 2 };
  const others = (at: number, count: number) =>
    Array.from({ length: count }, (_, i) =>
      dns(at + i / 10, 'x.example', [], { pid: 60 + i, pid_start_us: 6e6 }),
    );
  const first = dns(9, 'a.example', [address]);
  const successor = dns(11, 'x.example', ['192.0.2.1'], { pid_start_us: 10.5e6 });
  const usedAgain = [first, ...again(5, 10, moved), successor, ...again(1, 12, moved)];
  assert.match((await joined(t, usedAgain)).lines.at(-1)!, /"reason":"before_start"/);
  const forgotten = [first, ...again(5, 10, moved), ...others(11, 3), ...again(1, 12, moved)];
  assert.match((await joined(t, forgotten, { max: 2 })).lines.at(-1)!, /"reason":"before_start"/);
  const elsewhere = dns(9.5, 'b.example', [address], { pid: 50, pid_start_us: 6e6, netns: 2 });
  const asked = dns(11, 'y.example', []);
  const back = [first, elsewhere, ...others(9.6, 3), ...again(5, 10, moved), asked, ...again(1, 12, moved)];
  assert.match((await joined(t, back, { max: 2 })).lines.at(-1)!, /"query":"a.example"/);
});

test('where there is more than can be remembered some of it is', async t => {
  const hosts = Array.from({ length: 3000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
  const records = Array.from({ length: 6 }, (_, n) => hosts.map(host => connect(10 + n, host))).flat();
  const { remembered } = await joined(t, [...hosts.map(longAnswer), ...records], { max: 40_000 });
  assert.ok(remembered > hosts.length, `${remembered}`);
});

function longAnswer(host: string, i: number): AnyRecord {
  const names = [
    `${i}.example`,
    ...Array.from({ length: 16 }, (_, n) => `${n}.${'long.'.repeat(10)}example`),
  ];
  const aliases = names.slice(1).map((data, n) => ({ name: names[n], type: 'CNAME', ttl: 300, data }));
  return dns(9, names[0]!, [], {
    answers: [...aliases, { name: names.at(-1), type: 'A', ttl: 300, data: host }],
  });
}

test('what was remembered makes room for others, also while lines wait to be written', async t => {
  const write = t.mock.method(FindingCache.prototype, 'write');
  const hosts = Array.from({ length: 4000 }, (_, i) => `10.${i >> 8}.${i & 255}.1`);
  const [before, since] = [hosts.slice(0, 2000), hosts.slice(2000)];
  const rounds = [...Array(5).fill(before), ...Array(38).fill(since)] as string[][];
  const records = rounds.flatMap((some, n) =>
    some
      .flatMap((host, i) => (i % 2 === 0 ? [host, hosts[0]!] : host))
      .map(host => connect(10 + n / 10, host)),
  );
  const written = [...hosts.map(longAnswer), ...records].map(asWritten);
  const lines = await linesFromBytes([written], [65_536], { max: 40_000 });
  const names = new Map(hosts.map((host, i) => [host, `${i}.example`]));
  for (const [i, line] of lines.entries())
    assert.ok(line.includes(`"query":"${names.get(records[i]!.daddr as string)}","dns":{"age_ms":`), line);
  const lately = write.mock.calls.slice(-hosts.length).filter(({ result }) => result).length;
  assert.ok(lately > 0.8 * hosts.length, `${lately}`);
});

test('what is remembered does not change which questions are kept', async t => {
  const [first, second] = [
    { pid: 50, pid_start_us: 6e6 },
    { pid: 51, pid_start_us: 6e6 },
  ];
  const passersBy = Array.from({ length: 31 }, (_, i) =>
    dns(12 + i / 100, `${i}.example`, [address], { pid: 100 + i, pid_start_us: 6e6 }),
  );
  // The last connects of the first are written by what is remembered.
  await joined(t, [
    ...[dns(9, 'a.example', [address], first), dns(9.1, 'b.example', [address], second)],
    ...[...again(5, 10, first), ...again(5, 11, second), ...again(2, 11.5, first)],
    ...[...passersBy, connect(13, address, first), connect(13.1, address, second)],
  ]);
});
