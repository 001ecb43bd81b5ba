import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { startSource } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { type Resolver, resolverIn } from '../lib/dns-server.js';
import { Netns } from '../lib/namespaces.js';
import { standStill } from '../lib/process-state.js';

async function askers(resolver: Resolver): Promise<{ parent: number; child: number }> {
  const { pid: parent } = await resolver.order({ query: 1, child: false });
  const { pid: child } = await resolver.order({ query: 2, child: true });
  assert.notEqual(child, parent);
  return { parent, child };
}

function told({ txid, pid, solicited, netns }: AnyRecord) {
  return { txid, pid, solicited, netns };
}

for (const age of ['older', 'younger']) {
  test(`on a shared socket that is ${age} than the tracer, an answer is whose the query was, else the last asker's`, async t => {
    const namespace = new Netns(t);
    const resolver = resolverIn(t, namespace);
    if (age === 'older') await resolver.order({ open: 'shared.test' });
    const tracer = await startSource(t, 'dnssource', []);
    if (age === 'younger') await resolver.order({ open: 'shared.test' });
    const { parent, child } = await askers(resolver);
    const { sock } = await resolver.order({ answer: [1, 2, 1, 2] });
    const records = (await tracer.stopped()).filter(record => record.sock === sock);
    const netns = namespace.inode;
    assert.deepEqual(records.map(told), [
      { txid: 1, pid: parent, solicited: true, netns },
      { txid: 2, pid: child, solicited: true, netns },
      { txid: 1, pid: child, solicited: false, netns },
      { txid: 2, pid: child, solicited: false, netns },
    ]);
  });
}

test('a socket that nobody has asked on since the tracer started belongs to who held it then', async t => {
  const namespace = new Netns(t);
  const resolver = resolverIn(t, namespace);
  const { pid } = await resolver.order({ open: 'held.test' });
  const tracer = await startSource(t, 'dnssource', []);
  const { sock } = await resolver.order({ answer: [7] });
  const record = await tracer.until(answer => answer.sock === sock, 'the answer');
  assert.deepEqual(told(record), { txid: 7, pid, solicited: false, netns: namespace.inode });
  await tracer.stopped();
});

test('the answer to a query that was lost is not laid to who had asked before', async t => {
  const namespace = new Netns(t);
  const [resolver, other] = [resolverIn(t, namespace), resolverIn(t, namespace)];
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`, '--ring-size', '65536']);
  await resolver.order({ open: 'lost.test' });
  const { pid: parent } = await resolver.order({ query: 1, child: false });
  await standStill(tracer.pid);
  const junk = 1000;
  await other.order({ junk });
  const { pid: child, sock } = await resolver.order({ query: 2, child: true });
  process.kill(tracer.pid, 'SIGCONT');
  // Some of it was lost, the rest cannot be read: now there is room in the ring.
  const lost = () =>
    tracer.records.reduce((sum, { type, count }) => sum + (type === 'lost' ? (count as number) : 0), 0);
  await eventually(
    () => lost() === junk || undefined,
    () => `${junk} lost from ${tracer.name}; it wrote: ${tracer.stdout}`,
  );
  await resolver.order({ answer: [2, 1] });
  const { stderr } = await tracer.stop('SIGINT');
  assert.match(stderr, /^dnssource: 1 question lost/m);
  const netns = namespace.inode;
  assert.deepEqual(tracer.records.filter(record => record.sock === sock).map(told), [
    { txid: 2, pid: child, solicited: false, netns },
    { txid: 1, pid: parent, solicited: true, netns },
  ]);
});

test('queries that nobody answers do not fill the ring, although they wake no reader one by one', async t => {
  const namespace = new Netns(t);
  const resolver = resolverIn(t, namespace);
  const tracer = await startSource(t, 'dnssource', ['-N', `${namespace.inode}`, '--ring-size', '262144']);
  await resolver.order({ open: 'silent.test' });
  const queries = 5000; // of more than 128 bytes each
  await resolver.order({ unanswered: queries });
  const { sock } = await resolver.order({ answer: [1, queries] });
  const { stderr } = await tracer.stop('SIGINT');
  assert.doesNotMatch(stderr, /lost/);
  assert.deepEqual(
    tracer.records.filter(record => record.sock === sock).map(({ txid, solicited }) => ({ txid, solicited })),
    [
      { txid: 1, solicited: true },
      { txid: queries, solicited: true },
    ],
  );
});
