import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { Child } from '../lib/child.js';
import { checked, root, startSource } from '../lib/command.js';
import { namespaceWithDns, resolverIn } from '../lib/dns-server.js';
import { Netns, run } from '../lib/namespaces.js';
import { temporaryDirectory } from '../lib/pipeline.js';

const longTexts = Array.from({ length: 15 }, (_, i) => String.fromCharCode(97 + i).repeat(250));
const bigAddresses = Array.from({ length: 50 }, (_, i) => `10.1.0.${i + 1}`);

const zone = [
  '--host-record=four.test,127.0.0.9',
  ...bigAddresses.map(address => `--host-record=big.test,${address}`),
  `--txt-record=long.test,${longTexts.join(',')}`,
];

function dataOf({ answers }: AnyRecord): string[] {
  return (answers as { data: string }[]).map(({ data }) => data);
}

/** A counter of /proc/net/snmp or snmp6 in a namespace, such as IpReasmOKs or Ip6ReasmOKs. */
function counter(namespace: Netns, name: string): number {
  const line = run(...namespace.enter, 'nstat', '--zeros', '--ignore', '--noupdate', name);
  return Number(new RegExp(`^${name}\\s+(\\d+)`, 'm').exec(line)![1]);
}

for (const [family, server, reassembled] of [
  ['IPv4', '127.0.0.1', 'IpReasmOKs'],
  ['IPv6', '::1', 'Ip6ReasmOKs'],
] as const) {
  test(`an answer in three fragments over ${family}, whose bytes are not linear in memory, is whole`, async t => {
    const namespace = await namespaceWithDns(t, zone);
    namespace.ip('link', 'set', 'lo', 'mtu', '1500');
    const resolver = resolverIn(t, namespace);
    const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
    const before = counter(namespace, reassembled);
    const { txid } = await resolver.order({
      ...{ ask: 'long.test', type: 16, server, connected: true, receive: 'recv' },
    });
    assert.equal(counter(namespace, reassembled), before + 1);
    const [, ...records] = await tracer.stopped();
    assert.deepEqual(
      records.map(record => [record.txid, record.resolver, record.solicited, 'truncated' in record]),
      [[txid, server, true, false]],
    );
    assert.deepEqual(
      [...dataOf(records[0]!)[0]!.matchAll(/"([^"]*)"/g)].map(([, text]) => text).sort(),
      longTexts,
    );
  });
}

test('an answer cut at 512 bytes and its repetition over TCP make one answer that is whole', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const { pid } = await resolverIn(t, namespace).order({ resolve: 'big.test', port: 9 });
  const records = (await tracer.stopped()).filter(({ qtype }) => qtype === 'A');
  assert.ok(records.every(record => record.pid === pid && record.solicited === true));
  const [cut, whole] = [records.filter(({ truncated }) => truncated), records.filter(r => !r.truncated)];
  assert.equal(cut.length, whole.length);
  assert.ok(cut.length > 0 && cut.every(({ proto }) => proto === 'udp'));
  for (const record of whole) {
    assert.equal(record.proto, 'tcp');
    assert.deepEqual(dataOf(record).sort(), [...bigAddresses].sort());
  }
});

test('of answers that a socket with UDP_GRO receives as one the first is told, the others are counted if they are wanted', async t => {
  const namespace = new Netns(t);
  const [resolver, other] = [resolverIn(t, namespace), resolverIn(t, namespace)];
  const [{ pid }, { pid: otherPid }] = [await resolver.saying('hello'), await other.saying('hello')];
  const tracers = await Promise.all(
    [
      ['-N', `${namespace.inode}`],
      ['-p', `${pid}`],
      ['-p', `${otherPid}`],
    ].map(args => startSource(t, 'dnssource', args)),
  );
  const { sock, bytes } = await resolver.order({ coalesced: 5 });
  assert.equal(bytes, 5 * 42);
  const ends = await Promise.all(tracers.map(tracer => tracer.stop()));
  const first = ['dns', 0, sock, undefined];
  const others = ['lost', 'undecodable', undefined, 4];
  assert.deepEqual(
    tracers.map(tracer =>
      checked(tracer.records)
        .slice(1)
        .map(record => [record.type, record.txid ?? record.reason, record.sock, record.count])
        .sort(),
    ),
    [[first, others], [first, others], []],
  );
  const said = 'dnssource: 4 events lost: 4 undecodable\n';
  assert.deepEqual(
    ends.map(({ stderr }) => stderr),
    [said, said, ''],
  );
});

test('of queries that leave as one packet the first makes its answer a solicited one, the others are counted', async t => {
  const namespace = new Netns(t);
  const resolver = resolverIn(t, namespace);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const { sock } = await resolver.order({ segmented: 3 });
  const { stderr } = await tracer.stop();
  assert.deepEqual(
    checked(tracer.records)
      .slice(1)
      .map(record => [record.txid, record.sock, record.solicited]),
    [
      [0, sock, true],
      [1, sock, false],
      [2, sock, false],
    ],
  );
  assert.match(stderr, /^dnssource: 2 questions lost, so that answers to them count as unsolicited\n$/);
});

test('a raw socket, which receives a copy, doubles no answer', async t => {
  const namespace = await namespaceWithDns(t, zone);
  const [resolver, sniffer] = [resolverIn(t, namespace), resolverIn(t, namespace)];
  await sniffer.order({ listen_raw: true });
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  const order = { ask: 'a.test', type: 1, server: '127.0.0.1', connected: false, receive: 'recv' };
  const { sock } = await resolver.order(order);
  const records = await tracer.stopped();
  assert.deepEqual(
    records.slice(1).map(record => record.sock),
    [sock],
  );
});

for (const way of ['inline', 'async']) {
  test(`what io_uring sends and receives is seen, ${way}`, async t => {
    const namespace = await namespaceWithDns(t, zone);
    const program = join(temporaryDirectory(t), 'uring');
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', program, join(root, 'test/lib/uring.c')]);
    const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
    const asker = new Child(t, 'uring', [...namespace.enter, program, way]);
    const { code, stdout, stderr } = await asker.end();
    if (code === 3) return t.skip(stderr.trim());
    assert.equal(code, 0, stderr);
    assert.ok(Number(stdout) > 0);
    const [, ...records] = await tracer.stopped();
    assert.deepEqual(
      records.map(record => [record.pid, record.comm, record.solicited, dataOf(record)]),
      [[asker.pid, 'uring', true, ['127.0.0.9']]],
    );
  });
}
