import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { type Command, startSource } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { linkedNamespaces, Netns } from '../lib/namespaces.js';
import { Script } from '../lib/workload.js';

/** What the tracer says of one socket, by type; waits until its last event has come. */
async function lifeOf(tracer: Command, sock: string, last: string): Promise<AnyRecord[]> {
  const ofSocket = (record: AnyRecord) => record.sock === sock;
  await tracer.until(record => ofSocket(record) && record.type === last, `${last} of socket ${sock}`);
  return tracer.records.filter(ofSocket);
}

function typesOf(records: AnyRecord[]): unknown[] {
  return records.map(({ type }) => type);
}

async function scripted(t: TestContext, args: string[], enter: readonly string[] = []): Promise<Script> {
  const script = new Script(t, 'lives.py', args, enter);
  await script.saying('ready');
  return script;
}

test('both ends of a connection: connect, established, accept by who accepted, closes with the exact bytes', async t => {
  const [count, sent, answered] = [5, 100_003, 50_021];
  for (const host of ['127.0.0.1', '::1']) {
    const script = await scripted(t, ['exchange', host, `${count}`, `${sent}`, `${answered}`]);
    const { port, pid: listenerPid } = await script.saying('listening');
    const tracer = await startSource(t, 'tcpsource', ['-e', 'all', '-P', `${port}`]);
    script.send('\n');
    await script.saying('done');
    const said = script.said;

    for (const end of said.filter(({ kind }) => kind === 'connected')) {
      const life = await lifeOf(tracer, end.sock, 'close');
      assert.deepEqual(typesOf(life), ['connect', 'established', 'close']);
      const [connect, established, close] = life;
      for (const { pid, sport, dport } of life)
        assert.deepEqual([pid, sport, dport], [end.pid, end.sport, end.dport]);
      assert.ok((established!.latency_ms as number) > 0 && (established!.latency_ms as number) < end.took_ms);
      assert.deepEqual([close!.tx_bytes, close!.rx_bytes], [sent, end.received]);
      assert.equal(end.received, answered);
      assert.ok((close!.duration_ms as number) > 0);
      // Exactly: by what it says of itself a close is joined with the name that led to the connect.
      assert.equal(close!.latency_ms, established!.latency_ms);
      const lifeMs = (close!.latency_ms as number) + (close!.duration_ms as number);
      assert.equal(close!.mono_us, (connect!.mono_us as number) + Math.round(lifeMs * 1e3));
    }
    for (const end of said.filter(({ kind }) => kind === 'accepted')) {
      const life = await lifeOf(tracer, end.sock, 'close');
      assert.deepEqual(typesOf(life), ['accept', 'close']);
      assert.notEqual(end.pid, listenerPid);
      for (const { pid, sport, dport } of life)
        assert.deepEqual([pid, sport, dport], [end.pid, end.sport, end.dport]);
      assert.deepEqual([life[1]!.tx_bytes, life[1]!.rx_bytes, life[1]!.accepted], [answered, sent, true]);
      assert.equal('latency_ms' in life[1]!, false);
    }
    const records = await tracer.stopped();
    assert.equal(records.length, 1 + count * 5);
  }
});

test('of many connections at once every event comes, and once', async t => {
  const [scripts, count] = [4, 100];
  const running = [];
  for (let i = 0; i < scripts; i++)
    running.push(await scripted(t, ['exchange', '127.0.0.1', `${count}`, '1000', '500']));
  const ports = [];
  for (const script of running) ports.push((await script.saying('listening')).port);
  const tracer = await startSource(t, 'tcpsource', ['-e', 'all', '-P', ports.join()]);
  for (const script of running) script.send('\n');
  for (const script of running) await script.saying('done');

  const said = running.flatMap(script => script.said);
  const of = (kind: string) => said.filter(one => one.kind === kind).map(({ sock }) => sock);
  const expected = [
    ...of('connected').flatMap(sock => ['connect', 'established', 'close'].map(type => `${sock} ${type}`)),
    ...of('accepted').flatMap(sock => ['accept', 'close'].map(type => `${sock} ${type}`)),
  ].sort();
  assert.equal(expected.length, scripts * count * 5);
  const traced = () => tracer.records.slice(1).map(({ sock, type }) => `${sock} ${type}`);
  await eventually(
    () => (tracer.records.length > expected.length ? true : undefined),
    () => `${expected.length} events; there are ${tracer.records.length - 1}: ${tracer.stderr}`,
  );
  assert.deepEqual(traced().sort(), expected);
});

test('every attempt has exactly one outcome: refused, cancelled, timed out', async t => {
  const { client } = linkedNamespaces(t);
  // Without a neighbour that listens to this address the SYN leaves and nothing comes back.
  client.ip('neighbour', 'add', '10.9.0.7', 'lladdr', '02:00:00:00:00:07', 'dev', 'link0');
  client.sysctl('net.ipv4.tcp_syn_retries', '1');
  // Since Linux 6.5; before that no retry was linear.
  if (existsSync('/proc/sys/net/ipv4/tcp_syn_linear_timeouts'))
    client.sysctl('net.ipv4.tcp_syn_linear_timeouts', '0');
  const script = await scripted(t, ['failures', '10.9.0.7', '4711'], client.enter);
  const tracer = await startSource(t, 'tcpsource', ['-e', 'all', '-N', `${client.inode}`]);
  script.send('\n');
  await script.saying('done');

  for (const [kind, errno] of [
    ['refused', 'ECONNREFUSED'],
    ['cancelled', 'ECANCELED'],
    ['timed_out', 'ETIMEDOUT'],
  ]) {
    const end = await script.saying(kind!);
    const life = await lifeOf(tracer, end.sock, 'failed');
    assert.deepEqual(typesOf(life), ['connect', 'failed'], kind);
    const [connect, failed] = life;
    assert.equal(failed!.errno, errno);
    assert.equal(end.errno ?? 'ECANCELED', errno);
    assert.equal(failed!.sport, connect!.sport);
    assert.deepEqual([failed!.pid, failed!.dport], [end.pid, end.dport]);
    assert.ok((failed!.latency_ms as number) >= 0);
  }
  assert.equal((await tracer.stopped()).length, 1 + 3 * 2);
});

test('without a free local port there is a failure and no connect', async t => {
  const namespace = new Netns(t);
  namespace.sysctl('net.ipv4.ip_local_port_range', '50000 50001');
  const script = await scripted(t, ['ports_used_up', '4'], namespace.enter);
  const tracer = await startSource(t, 'tcpsource', [
    '-e',
    'connect,established,failed',
    '-N',
    `${namespace.inode}`,
  ]);
  script.send('\n');
  await script.saying('done');
  const tried = script.said.filter(({ kind }) => kind === 'tried');
  const [, ...records] = await tracer.stopped();
  const outcomes = tried.map(({ sock, errno }) => ({
    errno,
    records: records.filter(record => record.sock === sock).map(({ type, errno }) => errno ?? type),
  }));
  const failed = outcomes.filter(({ errno }) => errno !== null);
  assert.ok(failed.length >= 2, JSON.stringify(outcomes));
  for (const { errno, records } of outcomes)
    assert.deepEqual(records, errno === null ? ['connect', 'established'] : ['EADDRNOTAVAIL']);
  assert.ok(failed.every(({ errno }) => errno === 'EADDRNOTAVAIL'));
});

test('where no SYN leaves the errno is that of connect(), or none where the kernel tells nobody else', async t => {
  const { client } = linkedNamespaces(t);
  const forbiddenPort = 50000;
  client.ip('rule', 'add', 'sport', `${forbiddenPort}`, 'prohibit');
  const script = await scripted(t, ['without_syn', '10.9.0.2', `${forbiddenPort}`], client.enter);
  const tracer = await startSource(t, 'tcpsource', ['-e', 'connect,failed', '-N', `${client.inode}`]);
  script.send('\n');
  await script.saying('done');
  const [, ...records] = await tracer.stopped();

  const expected = [];
  for (const [kind, errnosOfConnect, traced] of [
    ['forbidden', ['EACCES'], { sport: forbiddenPort }],
    ['taken', ['EADDRNOTAVAIL'], { errno: 'EADDRNOTAVAIL' }],
    ['none_free', ['EADDRNOTAVAIL'], { sport: undefined, errno: 'EADDRNOTAVAIL' }],
    // Some kernels refuse what has listened before they look for a local port.
    ['listened', ['EINVAL', 'EADDRNOTAVAIL'], { sport: undefined }],
  ] as const) {
    const { sock, sport, dport, errno } = await script.saying(kind);
    assert.ok(
      errnosOfConnect.some(name => name === errno),
      `${kind}: ${errno}`,
    );
    expected.push({ type: 'failed', sock, sport, dport, errno: undefined, ...traced });
  }
  assert.deepEqual(
    records.map(({ type, sock, sport, dport, errno }) => ({ type, sock, sport, dport, errno })),
    expected,
  );
});

test('connections older than the tracer, half-closed ones too, are closed by the process that holds them', async t => {
  const script = await scripted(t, ['older']);
  const { port } = await script.saying('listening');
  const tracer = await startSource(t, 'tcpsource', ['-e', 'close', '-P', `${port}`]);
  script.send('\n');
  await script.saying('done');
  const held = script.said.filter(({ kind }) => kind === 'held');
  assert.equal(held.length, 4);
  for (const end of held) {
    const [close] = await lifeOf(tracer, end.sock, 'close');
    const { pid, sport, dport, tx_bytes, rx_bytes, accepted } = close!;
    assert.deepEqual(
      { pid, sport, dport, sent: tx_bytes, received: rx_bytes, accepted },
      { ...pick(end), accepted: end.sport === port ? true : undefined },
    );
    assert.deepEqual([close!.latency_ms, close!.duration_ms], [undefined, undefined]);
  }
  assert.equal((await tracer.stopped()).length, 1 + held.length);
});

function pick({ pid, sport, dport, sent, received }: Record<string, unknown>) {
  return { pid, sport, dport, sent, received };
}

test('a connect that is under way when the tracer starts has a close by its process, and no outcome', async t => {
  const script = await scripted(t, ['slow']);
  const { pid } = await script.saying('ready');
  const tracer = await startSource(t, 'tcpsource', ['-e', 'all', '-p', `${pid}`]);
  script.send('\n');
  await script.saying('done');
  const held = await script.saying('held');
  const life = await lifeOf(tracer, held.sock, 'close');
  assert.deepEqual(typesOf(life), ['close']);
  assert.deepEqual([life[0]!.pid, life[0]!.sport, life[0]!.dport], [held.pid, held.sport, held.dport]);
  await tracer.stopped();
});
