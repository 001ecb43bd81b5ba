import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bpfObjects, bpfObjectsOf } from '../lib/bpf-objects.js';
import { Command, startSource } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { namespaceWithDns, resolverIn } from '../lib/dns-server.js';
import { Pipeline } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

test('a name is resolved, then connected to, and the row of that connect shows the name', async t => {
  const namespace = await namespaceWithDns(t, ['--host-record=service.test,127.0.0.9,::1']);
  const resolver = resolverIn(t, namespace);
  const pipeline = new Pipeline(t, 'sudo tcpsource | sudo tcpjoin --dns | tcpfmt -t');
  // Each connect has a port of its own, by which its row is known.
  const firstPort = 20_000;
  let port = firstPort;
  const { pid } = await resolver.order({ resolve: 'service.test', port });
  // Behind a name stands its age where that is above 100 ms, as between order and connect on an overloaded host.
  const rows = () =>
    pipeline.lines
      .map(line => line.trim().replace(/ \(\d+\.\d{3}ms\)$/, ''))
      .map(line => line.split(/ +/))
      .filter(row => row[1] === `${pid}`);
  const named = () => rows().some(row => row.at(-1) === 'service.test');
  for (let more = 0; more < 500 && !named(); more++)
    await resolver.order({ resolve: 'service.test', port: ++port });
  assert.ok(named(), `no row of ${pid} with the name in: ${pipeline.stdout.slice(-2000)}${pipeline.stderr}`);

  const last = port + 5;
  while (port < last) await resolver.order({ resolve: 'service.test', port: ++port });
  pipeline.signalGroup('SIGINT');
  const { codes, stderr } = await pipeline.finish();
  assert.deepEqual(codes, [0, 0, 0]);
  // On an overloaded host DNS answers, of others too, may be later than the slack.
  assert.match(
    stderr,
    /^(tcpjoin: \d+ DNS answers? came later than their connects: put DNS files in front, or raise --slack\n)?$/,
  );
  assert.match(pipeline.lines[0]!, /^TIME\(s\) +PID +COMM +IP +SADDR +DADDR +DPORT +QUERY$/);
  for (const port of [4, 3, 2, 1, 0].map(before => last - before)) {
    const ofPort = rows().filter(([, , , , , , dport]) => dport === `${port}`);
    const [v4, v6] = [
      ['4', '127.0.0.1', '127.0.0.9'],
      ['6', '::1', '::1'],
    ];
    assert.deepEqual(
      ofPort.map(([, , , ip, saddr, daddr, , ...query]) => [ip, saddr, daddr, ...query]).sort(),
      [
        [...v4, 'service.test'],
        [...v6, 'service.test'],
      ],
    );
  }
});

test('a reader that has had enough ends the pipeline with 0 and without a word, busy or idle', async t => {
  const workload = new Workload(t, { blocking: 10 });
  const { v4_port: port, pid } = await workload.hello;
  const busy = new Pipeline(t, `tcpsource -P ${port} | tcpjoin --dns | head -1`);
  for (let rounds = 0; rounds < 90 && !busy.hasEnded; rounds++) await workload.round();
  const first = await busy.finish();
  assert.equal(JSON.parse(first.stdout).pid, pid);
  assert.deepEqual([first.codes, first.stderr], [[0, 0, 0], '']);

  const idle = new Pipeline(t, `tcpsource --ready -p ${pid} | tcpjoin --dns | head -1`);
  const second = await idle.finish();
  assert.equal(JSON.parse(second.stdout).type, 'ready');
  assert.deepEqual([second.codes, second.stderr], [[0, 0, 0], '']);
});

for (const [source, args] of [
  ['tcpsource', ['-e', 'all']],
  ['dnssource', []],
] as const) {
  test(`${source} leaves no program, map or link behind, however it ends`, async t => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const tracer = await startSource(t, source, [...args]);
      const objects = bpfObjectsOf(tracer.pid);
      const isThere = (object: string) => bpfObjects().has(object);
      assert.ok(objects.length > 0 && objects.every(isThere), `the kernel knows ${objects.join(', ')}`);
      await tracer.stop(signal);
      await eventually(
        () => (objects.some(isThere) ? undefined : true),
        () => `the end of ${objects.filter(isThere).join(', ')}`,
      );
    }
  });
}

test('a killed tcpjoin --dns leaves neither its dnssource nor a program behind', async t => {
  const join = new Command(t, 'tcpjoin', ['--dns', '--pass-dns'], { stdio: ['pipe', 'pipe', 'pipe'] });
  await join.until(record => record.type === 'ready', 'the ready record of its dnssource');
  const [child] = readFileSync(`/proc/${join.process.pid}/task/${join.process.pid}/children`, 'utf8')
    .trim()
    .split(' ');
  const objects = bpfObjectsOf(Number(child));
  assert.ok(objects.length > 0);
  join.process.kill('SIGKILL');
  await eventually(
    () => (objects.some(object => bpfObjects().has(object)) ? undefined : true),
    () => 'the end of its programs and maps',
  );
  await eventually(
    () =>
      !existsSync(`/proc/${child}`) ||
      readFileSync(`/proc/${child}/stat`, 'utf8').includes(') Z ') ||
      undefined,
    () => `dnssource ${child} to end`,
  );
});
