import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sources, startSource } from '../lib/command.js';
import { Workload } from '../lib/workload.js';

/** Values of a process's /proc/PID/status by name. */
function statusOf(pid: number): Map<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return new Map(lines.map(line => line.split(':\t', 2) as [string, string]));
}

for (const source of sources) {
  test(`${source} has no privilege left once its ready record is out`, async t => {
    const tracer = await startSource(t, source, []);
    const status = statusOf(tracer.process.pid!);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) assert.match(status.get(set)!, /^0+$/, set);
    assert.equal(status.get('NoNewPrivs'), '1');
    assert.equal(status.get('Uid'), Array(4).fill('65534').join('\t'));
    assert.equal(status.get('Gid'), Array(4).fill('65534').join('\t'));
    assert.equal(status.get('Groups')!.trim(), '');
    await tracer.stop('SIGINT');
  });
}

test('events go on to come without privilege, and the end is as clean', async t => {
  const workload = new Workload(t, { blocking: 5, ipv6: 2 });
  const { pid } = await workload.hello;
  const tracer = await startSource(t, 'tcpsource', ['-p', `${pid}`, '--user', 'daemon']);
  assert.equal(statusOf(tracer.process.pid!).get('Uid'), Array(4).fill('1').join('\t'));
  const made = [...(await workload.round()), ...(await workload.round())];
  const [, ...records] = await tracer.stopped();
  assert.deepEqual(
    records.map(({ sock }) => sock),
    made.map(({ sock }) => sock),
  );
});
