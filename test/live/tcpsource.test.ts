import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, checked, startSource } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { assertConnect, assertWhole } from '../lib/expected.js';
import { nobodysDirectory } from '../lib/log.js';
import { Netns } from '../lib/namespaces.js';
import { Workload } from '../lib/workload.js';

/** Counts that add up to a prime number. */
const kinds = {
  blocking: 11,
  nonblocking: 7,
  refused: 7,
  ipv6: 5,
  mapped: 5,
  thread: 3,
  forked: 3,
  nobody: 2,
  fastopen: 2,
  fastopen_connect: 2,
};
const connects = 47;

/** Room for the connects of a whole busy host: what is asserted here is not what happens when it runs out. */
const roomy = ['--ring-size', '67108864'];

test('each of a prime number of connects of every kind appears once, with every field right', async t => {
  const workload = new Workload(t, kinds);
  await workload.hello;
  const tracer = await startSource(t, 'tcpsource', roomy);
  const made = await workload.round();
  const records = await tracer.stopped();

  assert.equal(made.length, connects);
  for (const one of made) assertConnect(records, one);
  const ports = made.map(one => one.dport);
  assert.equal(records.filter(record => ports.includes(record.dport as number)).length, connects);
  assertWhole(records);
});

test('connects in another network namespace and mount namespace appear with the numbers of both', async t => {
  const namespace = new Netns(t);
  const workload = new Workload(t, kinds, [...namespace.enter, 'unshare', '--mount']);
  const hello = await workload.hello;
  assert.equal(hello.netns, namespace.inode);
  const tracer = await startSource(t, 'tcpsource', roomy);
  const made = await workload.round();
  const records = await tracer.stopped();
  for (const one of made) assertConnect(records, one);
  assert.equal(records.filter(record => record.netns === hello.netns).length, connects);
});

test('an MPTCP connect appears once, as what its first subflow is', {
  skip: !existsSync('/proc/sys/net/mptcp') && 'this kernel has no MPTCP',
}, async t => {
  const workload = new Workload(t, { mptcp: 3 });
  const { v4_port } = await workload.hello;
  const tracer = await startSource(t, 'tcpsource', ['-P', `${v4_port}`]);
  const made = await workload.round();
  const records = await tracer.stopped();
  assert.equal(made.length, 3);
  for (const one of made) assertConnect(records, one);
  assert.equal(records.filter(({ type }) => type === 'connect').length, 3);
});

test('a thread name of any bytes stays one text in one record', async t => {
  const names = new Map([
    ['610a62', 'a\nb'],
    ['1b5b33316d', '\x1b[31m'],
    ['ff41c3', '\\xffA\\xc3'],
    ['c3a9e282ac', 'é€'],
    ['5f5f70726f746f5f5f', '__proto__'],
    ['227d0a7b22', '"}\n{"'],
    ['e280ae7f', '\u202e\x7f'],
    ['20', ' '],
  ]);
  const workload = new Workload(t, Object.fromEntries([...names.keys()].map(name => [`named:${name}`, 1])));
  const { v4_port } = await workload.hello;
  const tracer = await startSource(t, 'tcpsource', ['-P', `${v4_port}`]);
  const made = await workload.round();
  const [, ...records] = await tracer.stopped();
  for (const one of made) assertConnect(records, one);
  assert.deepEqual(
    records.map(({ comm }) => comm),
    [...names.values()],
  );
  assert.doesNotMatch(tracer.stdout.replaceAll('\n', ''), /[\x00-\x1f\x7f-\x9f\u202e]/);
});

test('-n ends after so many records and --duration after so long, with 0', async t => {
  const workload = new Workload(t, { blocking: 7 });
  const { v4_port } = await workload.hello;
  const tracer = await startSource(t, 'tcpsource', ['-P', `${v4_port}`, '-n', '5']);
  const made = await workload.round();
  assert.equal((await tracer.end()).code, 0);
  const [ready, ...records] = checked(tracer.records);
  assert.equal(ready?.type, 'ready');
  assert.equal(records.length, 5);
  for (const one of made.slice(0, 5)) assertConnect(records, one);

  const timed = new Command(t, 'tcpsource', ['-P', `${v4_port}`, '--duration', '0.1']);
  assert.deepEqual(await timed.end(), { code: 0, stdout: '', stderr: '' });
});

test('a ready record says what traces where', async t => {
  const tracer = await startSource(t, 'tcpsource', ['--ring-size', '65537']);
  const [ready] = await tracer.stopped();
  const { tool, seq, hooks } = ready!;
  assert.deepEqual({ tool, seq, hooks }, { tool: 'tcpsource', seq: 0, hooks: ['sockops_connect'] });
});

test('a file of records begins with a ready record, is for its owner only, and is appended to', async t => {
  const workload = new Workload(t, { blocking: 3 });
  const { v4_port } = await workload.hello;
  const file = join(nobodysDirectory(t), 'records');
  for (const written of [1, 2]) {
    const tracer = new Command(t, 'tcpsource', ['-P', `${v4_port}`, '-o', file]);
    const types = () =>
      (existsSync(file) ? readFileSync(file, 'utf8').match(/(?<="type":")\w+/g) : null) ?? [];
    await eventually(
      () => (types().filter(type => type === 'ready').length === written ? true : undefined),
      () => `a ready record in the file; stderr: ${tracer.stderr}`,
    );
    const made = await workload.round();
    assert.deepEqual(await tracer.stopped(), []);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const records = checked(lines.slice(-4).map(line => JSON.parse(line)));
    assert.equal(lines.length, 4 * written);
    assert.equal(records[0]!.type, 'ready');
    for (const one of made) assertConnect(records, one);
  }
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
