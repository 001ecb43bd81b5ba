import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { type Command, startSource } from '../lib/command.js';
import { forwarderIn, namespaceWithDns, type Resolver, resolverIn } from '../lib/dns-server.js';
import { Netns } from '../lib/namespaces.js';
import { Script } from '../lib/workload.js';

const names = ['one', 'two', 'three'].map(label => `${label}.test`);
const zone = names.map(name => `--host-record=${name},127.0.0.9`);

/** A namespace with a DNS server on 127.0.0.2, and one who asks on 127.0.0.1, where a daemon is to be. */
async function place(t: TestContext): Promise<{ namespace: Netns; client: Resolver }> {
  const namespace = new Netns(t);
  await namespaceWithDns(t, zone, namespace, '127.0.0.2');
  return { namespace, client: resolverIn(t, namespace) };
}

function udp(name: string): object {
  return { ask: name, type: 1, server: '127.0.0.1', connected: true, receive: 'recv' };
}

/** The answer that the daemon had from its server. */
function upstream(tracer: Command, daemon: { pid: number }, qname: string): Promise<AnyRecord> {
  const isIt = (record: AnyRecord) => record.pid === daemon.pid && record.qname === qname;
  return tracer.until(isIt, `what ${daemon.pid} heard of ${qname}`);
}

test('a daemon of another network namespace that is older than the tracer is one from the first on', async t => {
  const { namespace, client } = await place(t);
  const daemon = await (await forwarderIn(t, namespace.enter, '127.0.0.2')).saying('listening');
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  await client.order(udp('one.test'));
  const heard = await upstream(tracer, daemon, 'one.test');
  assert.deepEqual([heard.daemon, heard.solicited, heard.resolver], [true, true, '127.0.0.2']);
  const all = await tracer.stopped();
  const { pid } = client;
  assert.ok(all.every(record => !('daemon' in record) || record.pid !== pid));
});

for (const [transport, order] of [
  ['UDP', udp],
  ['TCP', (name: string) => ({ ask_tcp: name, server: '127.0.0.1' })],
] as const) {
  test(`a daemon that is younger than the tracer is one once it has answered over ${transport}`, async t => {
    const { namespace, client } = await place(t);
    const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
    const daemon = await (await forwarderIn(t, namespace.enter, '127.0.0.2')).saying('listening');
    await client.order(order('one.test'));
    await client.order(order('two.test'));
    assert.equal('daemon' in (await upstream(tracer, daemon, 'one.test')), false);
    assert.equal((await upstream(tracer, daemon, 'two.test')).daemon, true);
    await tracer.stopped();
  });
}

test('what answers on another port is no daemon, as anybody may take that', async t => {
  const { namespace, client } = await place(t);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`, '--port', '53,5353']);
  const forwarder = await (await forwarderIn(t, namespace.enter, '127.0.0.2', 5353)).saying('listening');
  for (const name of names) await client.order({ ...udp(name), server_port: 5353 });
  for (const name of names) {
    const heard = await upstream(tracer, forwarder, name);
    assert.deepEqual(['daemon' in heard, heard.solicited], [false, true]);
  }
  const asked = (await tracer.stopped()).filter(({ pid, type }) => type === 'dns' && pid === client.pid);
  assert.equal(asked.length, names.length);
});

test('what answers on port 53 in a container is no daemon of the host', async t => {
  const { namespace, client } = await place(t);
  const container = [...namespace.enter, 'unshare', '--pid', '--fork', '--kill-child'];
  const older = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  await forwarderIn(t, container, '127.0.0.2');
  const younger = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`]);
  for (const name of names) await client.order(udp(name));
  for (const tracer of [older, younger]) {
    const records = (await tracer.stopped()).filter(({ type }) => type === 'dns');
    assert.equal(records.filter(({ resolver }) => resolver === '127.0.0.2').length, names.length);
    assert.ok(records.every(record => !('daemon' in record)));
  }
});

test('who answers in a network namespace that an ordinary user made is no daemon of the host', async t => {
  const script = 'ip link set lo up; exec "$@"';
  const own = ['setpriv', '--reuid', 'nobody', '--regid', 'nogroup', '--clear-groups'];
  const enter = [...own, 'unshare', '--user', '--map-root-user', '--net', 'sh', '-c', script, 'sh'];
  const forger = new Script(t, 'forwarder.py', ['127.0.0.2'], enter);
  const { pid, netns } = await forger.saying('listening');
  const inside = ['nsenter', '--target', `${pid}`, '--user', '--net'];
  const tracer = await startSource(t, 'dnssource', ['-N', `${netns}`]);
  const daemon = await (await forwarderIn(t, inside, '127.0.0.2')).saying('listening');
  const client = new Script(t, 'resolver.py', [], inside);
  for (const name of names) client.send(`${JSON.stringify(udp(name))}\n`);
  const last = await upstream(tracer, daemon, names.at(-1)!);
  assert.equal(last.solicited, true);
  await client.saying('asked', names.length);
  const records = await tracer.stopped();
  assert.ok(records.length > names.length);
  assert.ok(records.every(record => !('daemon' in record)));
});
