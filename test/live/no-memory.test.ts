import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { checked, startSource } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { Netns } from '../lib/namespaces.js';
import { Script } from '../lib/workload.js';

/** What tcpsource writes of a role of lives.py where the kernel has no memory for the sockets of that namespace. */
async function traced(
  t: TestContext,
  namespace: Netns,
  role: string[],
  options: (pid: number) => string[],
  done: (all: AnyRecord[]) => boolean,
) {
  namespace.sysctlOfHost(t, 'net.core.optmem_max', '1');
  const script = new Script(t, 'lives.py', role, namespace.enter);
  const { pid } = await script.saying('ready');
  const tracer = await startSource(t, 'tcpsource', [
    '-e',
    'all',
    '-N',
    `${namespace.inode}`,
    ...options(pid),
  ]);
  script.send('\n');
  await script.saying('done');
  await eventually(
    () => done(tracer.records) || undefined,
    () => `all events; there are ${tracer.stdout}`,
  );
  const { code, stderr } = await tracer.stop('SIGINT');
  const [, ...records] = checked(tracer.records);
  const lost = records.filter(({ type, reason }) => type === 'lost' && reason === 'no_memory');
  const sum = lost.reduce((sum, { count }) => sum + (count as number), 0);
  assert.equal(code, 0);
  assert.match(stderr, new RegExp(`^tcpsource: ${sum} events lost[^\n]*no_memory[^\n]*\n$`));
  return { script, lost: sum, records: records.filter(({ type }) => type !== 'lost') };
}

function count(records: AnyRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type, pid } of records) {
    const key = `${type}${pid === undefined ? ' of nobody' : ''}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

const hasLost = (all: AnyRecord[]) => all.some(({ type }) => type === 'lost');
const exchange = ['exchange', '127.0.0.1', '2', '10', '10'];

test('without memory for sockets each attempt is counted once as lost, and all else is told', async t => {
  const { records, lost } = await traced(
    t,
    new Netns(t),
    exchange,
    () => [],
    all => all.filter(({ type }) => type === 'close').length === 4,
  );
  assert.deepEqual(count(records), { connect: 2, accept: 2, 'close of nobody': 2, close: 2 });
  assert.equal(lost, 2);
});

test('without memory for sockets what a filter by process excludes is not counted', async t => {
  const { records, lost } = await traced(t, new Netns(t), exchange, pid => ['-p', `${pid}`], hasLost);
  assert.deepEqual(count(records), { connect: 2 });
  assert.equal(lost, 2);
});

test('without memory for sockets a connect that finds no local port is counted', async t => {
  const namespace = new Netns(t);
  namespace.sysctl('net.ipv4.ip_local_port_range', '50000 50001');
  const { script, records, lost } = await traced(t, namespace, ['ports_used_up', '4'], () => [], hasLost);
  const tried = script.said.filter(({ kind }) => kind === 'tried');
  const made = tried.filter(({ errno }) => errno === null).length;
  assert.ok(made < tried.length);
  assert.equal(records.filter(({ type }) => type === 'connect').length, made);
  assert.equal(lost, tried.length);
});

test('a loss of which no other event comes is told at once', async t => {
  const namespace = new Netns(t);
  namespace.sysctlOfHost(t, 'net.core.optmem_max', '1');
  const script = new Script(t, 'lives.py', exchange, namespace.enter);
  await script.saying('ready');
  const tracer = await startSource(t, 'tcpsource', ['-e', 'established', '-N', `${namespace.inode}`]);
  script.send('\n');
  await tracer.until(({ type, reason }) => type === 'lost' && reason === 'no_memory', 'a lost record');
  const { code } = await tracer.stop('SIGINT');
  assert.equal(code, 0);
  const [, ...records] = checked(tracer.records);
  assert.deepEqual(
    records.map(({ type }) => type).filter(type => type !== 'lost'),
    [],
  );
});
