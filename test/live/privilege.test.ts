import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { Child } from '../lib/child.js';
import { Command, programOf, sources, startSource } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { temporaryDirectory } from '../lib/pipeline.js';
import { Workload } from '../lib/workload.js';

/** Values of a process's /proc/PID/status by name. */
function statusOf(pid: number | string): Map<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return new Map(lines.map(line => line.split(':\t', 2) as [string, string]));
}

for (const source of sources) {
  test(`${source} has no privilege left once its ready record is out`, async t => {
    const tracer = await startSource(t, source, []);
    const status = statusOf(tracer.pid);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb']) assert.match(status.get(set)!, /^0+$/, set);
    assert.equal(status.get('NoNewPrivs'), '1');
    assert.equal(status.get('Uid'), Array(4).fill('65534').join('\t'));
    assert.equal(status.get('Gid'), Array(4).fill('65534').join('\t'));
    assert.equal(status.get('Groups')!.trim(), '');
    await tracer.stop('SIGINT');
  });
}

/** What loading and attaching needs, whoever does it. */
const needed = ['bpf', 'perfmon', 'net_admin'];

/** Words that run a command as nobody with these capabilities, and no way to others. */
function asNobodyWith(capabilities: readonly string[]): [string, ...string[]] {
  const sets = ['bounding-set', 'inh-caps', 'ambient-caps'].map(
    set => `--${set}=${['-all', ...capabilities.map(name => `+${name}`)].join()}`,
  );
  return ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...sets];
}

/** In none of the process's threads, and no way to any. */
function assertNoCapability(pid: number): void {
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const status = statusOf(`${pid}/task/${task}`);
    for (const set of ['CapPrm', 'CapEff', 'CapAmb']) assert.match(status.get(set)!, /^0+$/, set);
    assert.equal(status.get('NoNewPrivs'), '1');
  }
}

for (const source of sources) {
  test(`${source} starts as nobody with three capabilities, and keeps none`, async t => {
    const argv = [...asNobodyWith(needed), process.execPath, programOf(source), '--ready'] as const;
    const tracer = new Child(t, source, [argv[0], ...argv.slice(1)]);
    await eventually(
      () => tracer.lines.find(line => line.includes('"ready"')),
      () => `a ready record; stderr: ${tracer.stderr}`,
    );
    assertNoCapability(tracer.pid);
    assert.equal((await tracer.stop('SIGINT')).code, 0);
    for (const name of ['kernel/perf_event_paranoid', 'kernel/unprivileged_bpf_disabled'])
      t.diagnostic(`${name}: ${readFileSync(`/proc/sys/${name}`, 'utf8').trim()}`);
  });

  for (const missing of needed) {
    const name = `CAP_${missing.toUpperCase()}`;
    test(`${source} without ${name} is 77, and says that it is missing`, () => {
      const [program, ...args] = [
        ...asNobodyWith(needed.filter(other => other !== missing)),
        process.execPath,
      ];
      const { status, stdout, stderr } = spawnSync(program!, [...args, programOf(source)], {
        encoding: 'utf8',
      });
      assert.deepEqual(
        [status, stdout, stderr],
        [77, '', `${source}: not permitted: needs root or ${name}; try: sudo ${source}\n`],
      );
    });
  }
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

/** tcpjoin with a dnssource of its own, once that is attached. */
async function startJoin(t: TestContext, ...args: string[]): Promise<{ join: Command; dnssource: number }> {
  const join = new Command(t, 'tcpjoin', ['--dns', '--pass-dns', ...args], { stdio: 'pipe' });
  const dnssource = await eventually(
    () => Number(readFileSync(`/proc/${join.pid}/task/${join.pid}/children`, 'utf8')) || undefined,
    () => `a dnssource; stderr: ${join.stderr}`,
  );
  await eventually(
    () => statusOf(dnssource).get('NoNewPrivs') === '1' || undefined,
    () => `the end of its privileges; stderr: ${join.stderr}`,
  );
  return { join, dnssource };
}

test('tcpjoin --dns gives up its privileges with its dnssource, and still ends it', async t => {
  const { join, dnssource } = await startJoin(t);
  await join.until(({ type }) => type === 'ready', 'a ready record');
  assertNoCapability(join.pid);
  const status = statusOf(join.pid);
  for (const id of ['Uid', 'Gid']) assert.equal(status.get(id), Array(4).fill('65534').join('\t'));
  assert.equal(status.get('Groups')!.trim(), '');
  await join.stopped('SIGTERM');
  assert.equal(existsSync(`/proc/${dnssource}`), false);
});

test('tcpjoin --dns starts as nobody with three capabilities, and keeps none', async t => {
  const argv = [
    ...asNobodyWith(needed),
    process.execPath,
    programOf('tcpjoin'),
    '--dns',
    '--pass-dns',
  ] as const;
  const join = new Child(t, 'tcpjoin', [argv[0], ...argv.slice(1)], { stdio: 'pipe' });
  await eventually(
    () => join.lines.find(line => line.includes('"ready"')),
    () => `a ready record; stderr: ${join.stderr}`,
  );
  assertNoCapability(join.pid);
  assert.deepEqual(await join.stop().then(({ code, stderr }) => [code, stderr]), [0, '']);
});

test('tcpjoin --dns stays root where it may have to open files', async t => {
  const { join } = await startJoin(t, `--output=${temporaryDirectory(t)}/joined`);
  assert.equal(statusOf(join.pid).get('Uid'), Array(4).fill('0').join('\t'));
  assert.equal((await join.stop()).code, 0);
});

test('tcpjoin --dns that may not become another user goes on as root, and says so', async t => {
  const argv = ['setpriv', '--bounding-set=-setuid,-setgid', process.execPath, programOf('tcpjoin')] as const;
  const join = new Child(t, 'tcpjoin', [...argv, '--dns'], { stdio: 'pipe' });
  const reason = 'CAP_SETUID and CAP_SETGID are needed to become another user';
  await eventually(
    () => join.stderr.includes('tcpjoin: ') || undefined,
    () => `a word about it; stderr: ${join.stderr}`,
  );
  const { code, stderr } = await join.stop();
  const said = (name: string) => `${name}: going on as root without capabilities: ${reason}\n`;
  assert.deepEqual([code, stderr], [0, said('dnssource') + said('tcpjoin')]);
});
