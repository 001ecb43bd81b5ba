/** Run in a guest, as it sets the clock: steps of an hour either way while the pipe traces. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { eventually } from '../lib/deadline.js';
import { namespaceWithDns, resolverIn } from '../lib/dns-server.js';
import { run } from '../lib/namespaces.js';
import { Pipeline } from '../lib/pipeline.js';

const hour = 3600;
/** Seconds; forwards, back, further back, and to where it began. */
const steps = [hour, -hour, -hour, hour];
const address = '127.0.0.9';
/** Longer than anything here takes, even emulated, and much shorter than a step. */
const mostMs = 600_000;

function stepClock(seconds: number): void {
  run('date', '--set', `@${(Date.now() / 1000 + seconds).toFixed(3)}`);
}

function recordsOf(pipeline: Pipeline): AnyRecord[] {
  return pipeline.lines.map(line => JSON.parse(line));
}

function awaited(pipeline: Pipeline, fits: (record: AnyRecord) => boolean): Promise<AnyRecord> {
  return eventually(
    () => recordsOf(pipeline).find(fits),
    () => `a record; stderr: ${pipeline.stderr}`,
  );
}

/** A connection within this process that outlives what is done meanwhile. @returns the client's port */
async function connectionDuring(t: TestContext, work: () => void): Promise<number> {
  const server = createServer(socket => socket.resume()).listen(0, '127.0.0.1');
  t.after(() => void server.close());
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(client, 'connect');
  const port = client.localPort!;
  work();
  client.destroy();
  return port;
}

test('steps of the clock by an hour change ts within a second, and nothing else', async t => {
  const namespace = await namespaceWithDns(t, [`--host-record=service.test,${address}`]);
  const resolver = resolverIn(t, namespace);
  const pipeline = new Pipeline(t, 'sudo tcpsource -e all --ready | sudo tcpjoin --dns');
  await awaited(pipeline, ({ type }) => type === 'ready');
  let port = 20_000;
  for (const step of steps) {
    await resolver.order({ resolve: 'service.test', port: ++port });
    const lasting = await connectionDuring(t, () => stepClock(step));
    const before = Date.now() / 1000;
    await resolver.order({ resolve: address, port: ++port }); // no question: the answer is from before the step
    const after = Date.now() / 1000;

    const record = await awaited(pipeline, ({ type, dport }) => type === 'connect' && dport === port);
    const ts = record.ts as number;
    assert.ok(
      ts > before - 1 && ts < after + 1,
      `ts ${ts} between ${before} and ${after} after a step of ${step} s`,
    );
    const { age_ms: age } = record.dns as { age_ms: number };
    assert.equal(record.query, 'service.test');
    assert.ok(age >= 0 && age < mostMs, `age_ms ${age} after a step of ${step} s`);
    const failed = await awaited(pipeline, ({ type, dport }) => type === 'failed' && dport === port);
    const close = await awaited(pipeline, ({ type, sport }) => type === 'close' && sport === lasting);
    for (const ms of [failed.latency_ms, close.duration_ms] as number[])
      assert.ok(ms >= 0 && ms < mostMs, `${ms} ms after a step of ${step} s`);
  }
  pipeline.signalGroup('SIGINT');
  const { codes } = await pipeline.finish();
  assert.deepEqual(codes, [0, 0]);
  const ofResolver = recordsOf(pipeline).filter(({ comm, type }) => type === 'connect' && comm === 'python3');
  assert.ok(ofResolver.length >= 2 * steps.length);
  const times = ofResolver.map(({ mono_us }) => mono_us as number);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
    'mono_us goes backwards',
  );
});
