import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { type Command, checked, startSource } from '../lib/command.js';
import { type Asked, namespaceWithDns, type Resolver, resolverIn } from '../lib/dns-server.js';
import { Netns } from '../lib/namespaces.js';

const longTexts = Array.from({ length: 15 }, (_, i) => String.fromCharCode(97 + i).repeat(250));
const bigAddresses = Array.from({ length: 50 }, (_, i) => `10.1.0.${i + 1}`);

const zone = [
  '--host-record=four.test,127.0.0.9',
  '--host-record=six.test,fd00::9',
  '--host-record=both.test,127.0.0.10,fd00::10',
  '--cname=alias.test,middle.test',
  '--cname=middle.test,four.test',
  ...bigAddresses.map(address => `--host-record=big.test,${address}`),
  `--txt-record=long.test,${longTexts.join(',')}`,
];

const types = { A: 1, TXT: 16, AAAA: 28 } as const;

interface Shape {
  server?: string;
  connected?: boolean;
  receive?: string;
}

/** Asks one question and gives the record of its answer, which must be the only one. */
async function answerTo(
  { tracer, resolver }: { tracer: Command; resolver: Resolver },
  name: string,
  type: keyof typeof types,
  { server = '127.0.0.1', connected = true, receive = 'recv' }: Shape = {},
): Promise<{ asked: Asked; record: AnyRecord }> {
  const asked = await resolver.order({ ask: name, type: types[type], server, connected, receive });
  const ofQuery = ({ sock, txid }: AnyRecord) => sock === asked.sock && txid === asked.txid;
  const record = await tracer.until(ofQuery, `the answer to ${name} ${type}`);
  assert.equal(tracer.records.filter(ofQuery).length, 1);
  return { asked, record };
}

function dataOf({ answers }: AnyRecord): string[] {
  return (answers as { data: string }[]).map(({ data }) => data);
}

test('answers of a real server appear with question, answers, times and the one who asked', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const resolver = resolverIn(t, namespace);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const ask = { tracer, resolver };

  const { asked, record } = await answerTo(ask, 'FOUR.test', 'A');
  const { ts, mono_us, run, seq, pid_start_us, rtt_ms, answers, ...rest } = record;
  assert.deepEqual(rest, {
    type: 'dns',
    pid: asked.pid,
    tid: asked.tid,
    uid: asked.uid,
    comm: Buffer.from(asked.comm, 'hex').toString(),
    netns: asked.netns,
    mntns: asked.mntns,
    cgroup: asked.cgroup,
    sock: asked.sock,
    txid: asked.txid,
    qname: 'four.test',
    qtype: 'A',
    rcode: 'NOERROR',
    resolver: '127.0.0.1',
    proto: 'udp',
    solicited: true,
  });
  assert.equal(Math.floor((pid_start_us as number) / 10_000), asked.start_ticks);
  assert.ok((rtt_ms as number) > 0 && (rtt_ms as number) < 10_000);
  const [answer, ...none] = answers as { name: string; ttl: number }[];
  assert.deepEqual(
    { ...answer, name: answer!.name.toLowerCase() },
    { name: 'four.test', type: 'A', ttl: answer!.ttl, data: '127.0.0.9' },
  );
  assert.deepEqual(none, []);

  assert.deepEqual(dataOf((await answerTo(ask, 'six.test', 'AAAA')).record), ['fd00::9']);
  const chain = (await answerTo(ask, 'alias.test', 'A')).record;
  assert.deepEqual(
    (chain.answers as { name: string; type: string; data: string }[]).map(({ name, type, data }) => [
      name,
      type,
      data,
    ]),
    [
      ['alias.test', 'CNAME', 'middle.test'],
      ['middle.test', 'CNAME', 'four.test'],
      ['four.test', 'A', '127.0.0.9'],
    ],
  );
  const missing = (await answerTo(ask, 'missing.test', 'A')).record;
  assert.deepEqual([missing.rcode, missing.answers, missing.solicited], ['NXDOMAIN', [], true]);
  await tracer.stopped();
});

test('answers over 512 bytes, and of nearly 4,096, are whole', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const ask = { tracer, resolver: resolverIn(t, namespace) };
  const big = await answerTo(ask, 'big.test', 'A');
  assert.ok(big.asked.bytes > 512);
  assert.deepEqual(dataOf(big.record).sort(), [...bigAddresses].sort());
  const long = await answerTo(ask, 'long.test', 'TXT');
  assert.ok(long.asked.bytes > 3700 && long.asked.bytes <= 4096, `${long.asked.bytes} bytes`);
  const [data] = dataOf(long.record);
  for (const text of longTexts) assert.ok(data!.includes(text), `no ${text[0]} in ${data}`);
  assert.equal('truncated' in long.record, false);
  await tracer.stopped();
});

test('shape of the socket, way to receive and family of the server make no difference', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const ask = { tracer, resolver: resolverIn(t, namespace) };
  for (const [server, resolver] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
  ]) {
    for (const connected of [true, false]) {
      for (const receive of ['recv', 'recvfrom', 'recvmsg', 'recvmmsg', 'recv_into']) {
        const shape = { server: server!, connected, receive };
        const { record, asked } = await answerTo(ask, 'four.test', 'A', shape);
        assert.deepEqual(
          [record.resolver, record.solicited, record.pid, dataOf(record)],
          [resolver, true, asked.pid, ['127.0.0.9']],
          JSON.stringify(shape),
        );
      }
    }
  }
  await tracer.stopped();
});

test('A and AAAA that the C library asks for on one socket are both answers to it', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const resolver = resolverIn(t, namespace);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const { pid, addresses } = await resolver.order({ resolve: 'both.test', port: 9 });
  const [, ...records] = await tracer.stopped();
  assert.deepEqual(addresses.toSorted(), ['127.0.0.10', 'fd00::10']);
  assert.deepEqual(
    records.map(record => [record.pid, record.qtype, record.solicited, dataOf(record)]).sort(),
    [
      [pid, 'A', true, ['127.0.0.10']],
      [pid, 'AAAA', true, ['fd00::10']],
    ],
  );
  assert.equal(new Set(records.map(({ sock }) => sock)).size, 1);
});

test('an answer from another server or port, to another id or question, or a second one, was not asked for', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const resolver = resolverIn(t, namespace);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`, '--port', '53,5353']);
  const { sock } = await resolver.order({ forge: 'bank.test' });
  const [, ...records] = await tracer.stopped();
  assert.ok(records.every(record => record.sock === sock));
  assert.deepEqual(
    records.map(record => [dataOf(record)[0], record.solicited]),
    [
      ['127.0.0.66', false],
      ['127.0.0.67', false],
      ['127.0.0.68', false],
      ['127.0.0.69', false],
      ['127.0.0.9', true],
      ['127.0.0.70', false],
    ],
  );
  assert.ok(records.every(record => 'rtt_ms' in record === record.solicited));
});

test('many messages that cannot be read are few lost records, which count every one', async t => {
  const namespace = new Netns(t);
  const resolver = resolverIn(t, namespace);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const begun = performance.now();
  await resolver.order({ junk: 20_011 });
  const { code, stderr } = await tracer.stop('SIGINT');
  assert.equal(code, 0);
  assert.match(stderr, /^dnssource: 20011 events lost[^\n]*\n$/);
  const [, ...records] = checked(tracer.records);
  const halfSeconds = (performance.now() - begun) / 500;
  assert.ok(records.every(({ type, reason }) => type === 'lost' && reason === 'undecodable'));
  assert.equal(
    records.reduce((sum, { count }) => sum + (count as number), 0),
    20_011,
  );
  assert.ok(records.length <= halfSeconds + 2, `${records.length} records`);
  assert.deepEqual(
    records.map(({ seq }) => seq),
    records.map((_, i) => 1 + records.slice(0, i).reduce((sum, { count }) => sum + (count as number), 0)),
  );
});

test('filters go by the owner of the socket', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const [one, other] = [resolverIn(t, namespace), resolverIn(t, namespace)];
  const question = { ask: 'four.test', type: 1, server: '127.0.0.1', connected: true, receive: 'recv' };
  const { pid } = await one.order(question);
  const tracer = await startSource(t, 'dnssource', ['-p', `${pid}`]);
  await other.order(question);
  const { txid } = await one.order(question);
  const [, ...records] = await tracer.stopped();
  assert.deepEqual(
    records.map(record => [record.pid, record.txid]),
    [[pid, txid]],
  );
});

test('filters combine: all of them must fit, and each of the ports', async t => {
  const [here, elsewhere] = [await namespaceWithDns(t, zone), await namespaceWithDns(t, zone)];
  const [one, other, far] = [resolverIn(t, here), resolverIn(t, here), resolverIn(t, elsewhere)];
  const question = { ask: 'four.test', type: 1, server: '127.0.0.1', connected: false, receive: 'recv' };
  const overTcp = { ask_tcp: 'four.test', server: '127.0.0.1' };
  const { pid } = await one.order(question);
  const start = (...args: string[]) => startSource(t, 'dnssource', args);
  const tracers = [
    await start('-p', `${pid}`, '-N', `${here.inode}`, '--port', '5353,53'),
    await start('-p', `${pid}`, '-N', `${elsewhere.inode}`),
    await start('-p', `${pid}`, '--port', '5353'),
    await start('-N', `${here.inode}`, '--port', '53'),
  ];
  const asked: string[] = [];
  for (const order of [question, overTcp]) {
    for (const who of [one, other, far]) asked.push((await who.order(order)).sock);
  }
  const seen = [];
  for (const tracer of tracers) {
    const [, ...records] = await tracer.stopped();
    seen.push(records.map(({ sock }) => asked.indexOf(sock as string)));
  }
  assert.deepEqual(seen, [[0, 3], [], [], [0, 1, 3, 4]]);
});
