import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { bccEnd, startBcc } from '../lib/bcc.js';
import { namespaceWithDns, resolverIn } from '../lib/dns-server.js';
import { Netns } from '../lib/namespaces.js';
import { standStill } from '../lib/process-state.js';
import { type Made, Workload } from '../lib/workload.js';

const kinds = {
  blocking: 2,
  nonblocking: 2,
  refused: 2,
  ipv6: 2,
  mapped: 1,
  thread: 1,
  forked: 1,
  nobody: 1,
};
const firstLine = 'Tracing connect ... Hit Ctrl-C to end';

interface Columns {
  uid?: boolean;
  lport?: boolean;
}

/** A row without its time, as bcc's formats give it. */
function rowOf(made: Made, { uid = false, lport = false }: Columns = {}): string {
  const comm = Buffer.from(made.comm, 'hex').toString();
  const cells = [
    `${made.pid}`.padEnd(7),
    comm.slice(0, 12).padEnd(12),
    made.saddr.includes(':') ? '6 ' : '4 ',
    made.saddr.padEnd(16),
    ...(lport ? [`${made.sport}`.padEnd(6)] : []),
    made.daddr.padEnd(16),
    `${made.dport}`.padEnd(6),
    '',
  ];
  return (uid ? `${made.uid}`.padEnd(6) : '') + cells.join(' ');
}

/** Lines of tcpconnect over one round of a workload's connects; filtered by its ports, which nobody else has. */
async function traced(t: TestContext, args: string[] | ((pid: number) => string[])) {
  const workload = new Workload(t, kinds);
  const { pid, v4_port, v6_port, closed_port } = await workload.hello;
  const ports = `-P${v4_port},${v6_port},${closed_port}`;
  const tracer = await startBcc(t, 'tcpconnect', [ports, ...(typeof args === 'function' ? args(pid) : args)]);
  const made = await workload.round();
  const { code, stderr } = await tracer.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
  const [first, header, ...rows] = tracer.lines;
  assert.equal(first, firstLine);
  return { header, rows, made, pid };
}

test('tcpconnect prints a row for each connect, refused and non-blocking ones too, in their order', async t => {
  const { header, rows, made } = await traced(t, []);
  assert.equal(header, 'PID     COMM         IP SADDR            DADDR            DPORT ');
  assert.deepEqual(
    rows,
    made.map(one => rowOf(one)),
  );
});

test('tcpconnect -t -U -L adds its columns, nothing but padding behind time and user', async t => {
  const { header, rows, made } = await traced(t, ['-tUL']);
  assert.equal(
    header,
    'TIME(s)  UID   PID     COMM         IP SADDR            LPORT  DADDR            DPORT ',
  );
  assert.deepEqual(
    rows.map(row => row.slice(9)),
    made.map(one => rowOf(one, { uid: true, lport: true })),
  );
  assert.equal(rows[0]!.slice(0, 9), '0.000    ');
  const times = rows.map(row => Number(row.slice(0, 9)));
  assert.ok(times.every((time, i) => i === 0 || time >= times[i - 1]!));
});

test('tcpconnect filters by process, user and family', async t => {
  const v6 = ({ saddr }: Made) => saddr.includes(':');
  const filters: [(pid: number) => string[], (made: Made, pid: number) => boolean][] = [
    [() => ['-4'], made => !v6(made)],
    [() => ['-6'], v6],
    [() => ['-u', '65534'], made => made.kind === 'nobody'],
    [() => ['-4', '-u0'], made => !v6(made) && made.kind !== 'nobody'],
    [pid => ['-p', `${pid}`], (made, pid) => made.pid === pid],
    [pid => [`-6p${pid}`], (made, pid) => v6(made) && made.pid === pid],
  ];
  for (const [args, isWanted] of filters) {
    const { rows, made, pid } = await traced(t, args);
    const wanted = made.filter(one => isWanted(one, pid));
    assert.ok(wanted.length > 0 && wanted.length < made.length);
    assert.deepEqual(
      rows,
      wanted.map(one => rowOf(one)),
      args(pid).join(' '),
    );
  }
});

test('tcpconnect -c counts until Ctrl-C: IPv4 and then IPv6, each by falling count', async t => {
  const { header, rows, made } = await traced(t, ['-c']);
  assert.equal(header, '', 'an empty line before the table');
  const counts = new Map<string, number>();
  for (const { saddr, daddr, dport } of made) {
    const key = [saddr.padEnd(25), daddr.padEnd(25), `${dport}`.padEnd(20)].join(' ');
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lines = [...counts]
    .sort(([a, m], [b, n]) => Number(a.includes(':')) - Number(b.includes(':')) || n - m)
    .map(([key, count]) => `${key} ${`${count}`.padEnd(10)}`);
  assert.equal(lines.length, 3);
  assert.deepEqual(rows, [
    'LADDR                     RADDR                     RPORT                CONNECTS  ',
    ...lines,
  ]);
});

test('a row comes at once, while tracing goes on', async t => {
  const workload = new Workload(t, { blocking: 1 });
  const { v4_port } = await workload.hello;
  for (const args of [[], ['-d']]) {
    const tracer = await startBcc(t, 'tcpconnect', ['-P', `${v4_port}`, ...args]);
    const [made] = await workload.round();
    const [row] = await tracer.until(1, line => line.startsWith(`${made!.pid} `));
    assert.equal(row, rowOf(made!) + (args.length > 0 ? 'localhost' : ''));
    assert.equal((await tracer.stop('SIGTERM')).code, 0);
  }
});

test('tcpconnect -d shows the name that was asked for, or that nobody asked', async t => {
  const namespace = await namespaceWithDns(t, ['--host-record=both.test,127.0.0.10,fd00::10']);
  const resolver = resolverIn(t, namespace);
  await resolver.saying('hello');
  const tracer = await startBcc(t, 'tcpconnect', ['-d', '-P', '4321']);
  const other = await resolver.order({ resolve: '127.0.0.11', port: 4321 });
  const asked = await resolver.order({ resolve: 'both.test', port: 4321 });
  await tracer.stop('SIGINT');
  const [, header, ...rows] = tracer.lines;
  assert.equal(header, 'PID     COMM         IP SADDR            DADDR            DPORT  QUERY');
  const ours = rows
    .filter(row => row.startsWith(`${asked.pid} `))
    .map(row => row.replace(/ \(\d+\.\d{3}ms\)$/, ''));
  const comm = 'python3'.padEnd(12);
  const pid = `${asked.pid}`.padEnd(7);
  const row = (daddr: string, query: string) =>
    `${pid} ${comm} 4  ${'127.0.0.1'.padEnd(16)} ${daddr.padEnd(16)} 4321   ${query}`;
  assert.deepEqual(other.addresses, ['127.0.0.11']);
  assert.ok(asked.addresses.includes('127.0.0.10'));
  assert.deepEqual(ours.slice(0, 2), [row('127.0.0.11', 'No DNS Query'), row('127.0.0.10', 'both.test')]);
});

test('tcpconnect -d --strict ends with 1 where questions were lost, and says how many', async t => {
  const namespace = new Netns(t);
  const resolver = resolverIn(t, namespace);
  await resolver.order({ open: 'silent.test' });
  const tracer = await startBcc(t, 'tcpconnect', ['-d', '--strict']);
  await standStill(tracer.pid);
  await resolver.order({ unanswered: 17_000 }); // of more than 128 bytes each, in a ring of 2 MiB
  process.kill(tracer.pid, 'SIGCONT');
  const { code, stderr } = await tracer.stop('SIGINT');
  assert.match(
    stderr,
    /^tcpconnect: [1-9]\d* questions lost, so that answers to them count as unsolicited$/m,
  );
  assert.equal(code, 1);
});

test('tcpv4connect shows IPv4 alone, IPv4-mapped included, under its own header and no other line', async t => {
  const workload = new Workload(t, { blocking: 2, ipv6: 1, mapped: 1, thread: 1 });
  const { pid } = await workload.hello;
  const tracer = await startBcc(t, 'tcpv4connect', ['-t', '-p', `${pid}`]);
  const made = await workload.round();
  assert.equal((await tracer.stop('SIGINT')).code, 0);
  const [header, ...rows] = tracer.lines;
  assert.equal(header, 'TIME(s)  PID    COMM         SADDR            DADDR            DPORT');
  assert.deepEqual(
    rows.map(row => row.slice(9)),
    made
      .filter(({ kind }) => kind !== 'ipv6')
      .map(({ pid, comm, saddr, daddr, dport }) =>
        [
          `${pid}`.padEnd(6),
          Buffer.from(comm, 'hex').toString().padEnd(12),
          saddr.padEnd(16),
          daddr.padEnd(16),
          `${dport}`.padEnd(4),
        ].join(' '),
      ),
  );
});

test('what cannot be asked for ends with 2 before anything is traced', async t => {
  const both = await bccEnd(t, 'tcpconnect', ['-c', '-d']);
  assert.deepEqual(both, {
    code: 2,
    stdout: '',
    stderr: 'Error: you may not specify -d/--dns with -c/--count.\n',
  });
  for (const args of [['-x'], ['-4', '-6'], ['-P', 'http'], ['--cgroupmap', '/nonexistent/map']]) {
    const { code, stdout, stderr } = await bccEnd(t, 'tcpconnect', args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /^tcpconnect: [^\n]+\n$/);
  }
});

test('memory stays below 90 MB under a storm of connects', async t => {
  const workload = new Workload(t, { storm: 20_000 });
  await workload.hello;
  for (const args of [[], ['-d']]) {
    const tracer = await startBcc(t, 'tcpconnect', args);
    const [storm] = await workload.round();
    await tracer.until(1, line => line.startsWith(`${storm!.pid} `));
    const status = readFileSync(`/proc/${tracer.pid}/status`, 'utf8');
    const peakKb = Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1]);
    assert.ok(peakKb > 0 && peakKb <= 90_000, `${peakKb} kB`);
    await tracer.stop('SIGINT');
  }
});
