import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AnyRecord } from '@tcppipe/events';
import { checked } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { Pipeline, temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

const connects = 20_011;

/** What comes of connects made while the reader of a tracer stands still, and then goes on. */
async function overrun(t: TestContext, options: string) {
  const workload = new Workload(t, { storm: connects });
  const { closed_port: port } = await workload.hello;
  const cwd = temporaryDirectory(t);
  // It stands still from the ready record on, and Ctrl-C does not end it.
  const reader = `sh -c 'trap "" INT; read -r ready; echo $$ > reader; kill -STOP $$; exec cat > records'`;
  const pipeline = new Pipeline(t, `tcpsource -P ${port} --ready ${options} | ${reader}`, { cwd });
  const readerPid = await eventually(
    () => stoppedProcess(join(cwd, 'reader')),
    () => `the reader to stand still; stderr: ${pipeline.stderr}`,
  );
  await workload.round();
  process.kill(readerPid, 'SIGCONT');
  pipeline.signalGroup('SIGINT');
  const { codes, stderr } = await pipeline.finish();
  const lines = readFileSync(join(cwd, 'records'), 'utf8').split('\n').slice(0, -1);
  return { codes, stderr, records: checked(lines.map(line => JSON.parse(line))) };
}

/** The process id in a file, once there is one and that process is stopped. */
function stoppedProcess(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  return pid > 0 && /\) T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? pid : undefined;
}

function sumOfLost(records: AnyRecord[]): number {
  return records.reduce((sum, { type, count }) => (type === 'lost' ? sum + (count as number) : sum), 0);
}

test('what is emitted and what is said to be lost add up to what happened, and numbers say where', async t => {
  const { codes, stderr, records } = await overrun(t, '--ring-size 65536');
  const lost = sumOfLost(records);
  assert.ok(lost > 0, 'a stopped reader and a small ring must lose');
  assert.equal(records.filter(({ type }) => type === 'connect').length + lost, connects);
  // A lost record takes as many numbers as it has lost events; the ready record had the first.
  let next = 1;
  for (const { type, seq, count } of records) {
    assert.equal(seq, next);
    next += type === 'lost' ? (count as number) : 1;
  }
  assert.match(stderr, new RegExp(`^tcpsource: ${lost} events lost[^\n]*\n$`));
  assert.deepEqual(codes, [0, 0]);
});

test('--strict makes a loss a failure', async t => {
  const { codes, records } = await overrun(t, '--ring-size 65536 --strict');
  assert.ok(sumOfLost(records) > 0);
  assert.deepEqual(codes, [1, 0]);
});

test('nothing is lost while the ring has room, however long the reader stands still', async t => {
  const { codes, stderr, records } = await overrun(t, '--ring-size 16777216 --strict');
  assert.equal(records.filter(({ type }) => type === 'connect').length, connects);
  assert.equal(sumOfLost(records), 0);
  assert.equal(stderr, '');
  assert.deepEqual(codes, [0, 0]);
});
