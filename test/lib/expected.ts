import assert from 'node:assert/strict';
import type { AnyRecord } from '@tcppipe/events';
import type { Made } from './workload.js';

/** Whether a record and a line of the workload speak of the same connect; the ends of one are never used twice at once. */
export function isOf(made: Made): (record: AnyRecord) => boolean {
  return record =>
    record.pid === made.pid &&
    record.sport === made.sport &&
    record.dport === made.dport &&
    (record.mono_us as number) >= made.from_us &&
    (record.mono_us as number) <= made.to_us;
}

/** Asserts that the connect is there exactly once, and that every field of it is what the workload says. */
export function assertConnect(records: readonly AnyRecord[], made: Made): void {
  const found = records.filter(record => record.type === 'connect' && isOf(made)(record));
  assert.equal(
    found.length,
    1,
    `one connect record for ${JSON.stringify(made)}, not ${JSON.stringify(found)}`,
  );
  const { ts, mono_us, run, seq, pid_start_us, sock, comm, ...rest } = found[0]!;
  assert.deepEqual(rest, {
    type: 'connect',
    pid: made.pid,
    tid: made.tid,
    uid: made.uid,
    ip: made.saddr.includes(':') ? 6 : 4,
    saddr: made.saddr,
    sport: made.sport,
    daddr: made.daddr,
    dport: made.dport,
    ...(made.mapped ? { mapped: true } : {}),
    netns: made.netns,
    mntns: made.mntns,
    cgroup: made.cgroup,
  });
  assert.equal(Math.floor((pid_start_us as number) / 10_000), made.start_ticks);
  // The socket of an MPTCP application is not the one that connects, its first subflow is.
  if (made.kind !== 'mptcp') assert.equal(sock, made.sock);
  if (!made.kind.startsWith('named:')) assert.equal(comm, Buffer.from(made.comm, 'hex').toString());
  const jitter = 0.002;
  const at = ts as number;
  assert.ok(at > made.from_ts - jitter && at < made.to_ts + jitter, `ts ${at} of ${JSON.stringify(made)}`);
}

/** Asserts that numbers leave no hole and time does not run backwards for one thread. */
export function assertWhole(records: readonly AnyRecord[]): void {
  assert.deepEqual(
    records.map(record => record.seq),
    records.map((_, i) => i),
  );
  assert.equal(new Set(records.map(record => record.run)).size, 1);
  const latest = new Map<unknown, number>();
  for (const { tid, mono_us } of records) {
    assert.ok((mono_us as number) >= (latest.get(tid) ?? 0), `mono_us of thread ${tid} goes backwards`);
    latest.set(tid, mono_us as number);
  }
}
