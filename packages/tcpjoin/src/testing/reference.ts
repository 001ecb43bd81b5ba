import { type AnyRecord, serialise } from '@tcppipe/events';
import { addressKey } from '../answers.js';
import type { JoinOptions } from '../join.js';
import { inEventOrder } from '../merge.js';

/** That a name led to an address. Times are microseconds since the boot that all records come from. */
interface Known {
  readonly record: AnyRecord;
  readonly time: number;
  readonly address: string;
  readonly chain: string[];
  readonly ttl: number | undefined;
}

/**
 * The join of recorded inputs as the README tells it, for tests to hold the real one against: every connect goes
 * through all that came before it. Knows no bounds, and records that are well formed and of one boot only.
 */
export function referenceLines(inputs: readonly AnyRecord[][], options: JoinOptions): string[] {
  const past: AnyRecord[] = [];
  return inputs
    .flat()
    .sort((a, b) => inEventOrder(orderOf(a), orderOf(b)))
    .flatMap(record => {
      const verdict = isJoined(record) ? verdictOn(record, past, options) : undefined;
      past.push(record);
      if (!verdict) return record.type === 'dns' && !options.passDns ? [] : [serialise(record)];
      if (typeof record.query === 'string' && 'reason' in verdict.dns) return [serialise(record)];
      const { query: _query, dns: _dns, ...rest } = record;
      return [serialise({ ...rest, ...verdict })];
    });
}

function orderOf({ mono_us, type, run, seq }: AnyRecord) {
  return { time: mono_us as number, dns: type === 'dns', run: run as string, seq: seq as number };
}

function isJoined({ type, accepted }: AnyRecord): boolean {
  return type === 'connect' || type === 'established' || type === 'failed' || (type === 'close' && !accepted);
}

function startOf({ mono_us, latency_ms, duration_ms }: AnyRecord): number {
  return (
    (mono_us as number) -
    Math.round(((latency_ms ?? 0) as number) * 1e3) -
    Math.round(((duration_ms ?? 0) as number) * 1e3)
  );
}

function verdictOn(
  connect: AnyRecord,
  past: readonly AnyRecord[],
  options: JoinOptions,
): { query: string | null; dns: AnyRecord } {
  const at = startOf(connect);
  const daddr = addressKey(connect.daddr as string);
  const known = past
    .filter(({ type, solicited }) => type === 'dns' && (solicited !== false || options.unsolicited))
    .flatMap(knownFrom)
    .filter(({ address, time }) => address === daddr && time <= at)
    .filter(({ record, time }) => record.proto !== 'hosts' || time >= lastReading(record, at, past));
  let expired = false;
  for (const [scope, all] of tiers(connect, latestOfEachQuestion(known), options)) {
    const current = all.filter(({ record, time }) => record.proto === 'hosts' || at - time <= options.ttlUs);
    if (current.length > 0) return named(scope, current, at);
    if (all.length > 0) expired = true;
  }
  if (daddr === '127.0.0.1' || daddr === '::1') return { query: 'localhost', dns: { reason: 'loopback' } };
  return { query: null, dns: { reason: expired ? 'expired' : reasonFor(connect, at, past) } };
}

/** When the hosts file was read last that this entry comes from. */
function lastReading(entry: AnyRecord, at: number, past: readonly AnyRecord[]): number {
  const fileOf = ({ mntns, netns }: AnyRecord) => (mntns === undefined ? `net ${netns}` : `mnt ${mntns}`);
  const times = past
    .filter(record => record.type === 'dns' && record.proto === 'hosts' && fileOf(record) === fileOf(entry))
    .map(({ mono_us }) => mono_us as number);
  return Math.max(...times.filter(time => time <= at));
}

/** The addresses on the CNAME chain from the name asked for. */
function knownFrom(record: AnyRecord): Known[] {
  if (record.rcode !== 'NOERROR') return [];
  const answers = record.answers as { name: string; type: string; ttl: number; data: string }[];
  const ttls: number[] = [];
  const chain: string[] = [];
  const found: Known[] = [];
  for (let name: string | undefined = record.qname as string; name !== undefined; ) {
    for (const { type, ttl, data } of answers.filter(answer => answer.name === name)) {
      if (type === 'CNAME') continue;
      const least = record.proto === 'hosts' ? undefined : Math.min(...ttls, ttl);
      found.push({
        record,
        time: record.mono_us as number,
        address: addressKey(data),
        chain: [...chain],
        ttl: least,
      });
    }
    const alias: (typeof answers)[number] | undefined = answers.find(
      answer => answer.type === 'CNAME' && answer.name === name,
    );
    name = alias?.data;
    if (alias) {
      ttls.push(alias.ttl);
      chain.push(alias.data);
    }
  }
  return found;
}

function latestOfEachQuestion(known: readonly Known[]): Known[] {
  const latest = new Map<string, Known>();
  for (const one of known) {
    const { qname, resolver, pid, pid_start_us, netns, mntns, daemon, proto } = one.record;
    const question = JSON.stringify([
      qname,
      resolver,
      pid,
      pid_start_us,
      netns,
      mntns,
      daemon,
      proto,
      one.chain,
    ]);
    latest.set(question, one);
  }
  return [...latest.values()];
}

/** Without pid and start nothing is the same. */
function isSameProcess(a: AnyRecord, b: AnyRecord): boolean {
  const isKnown = a.pid !== undefined && a.pid_start_us !== undefined;
  return isKnown && a.pid === b.pid && a.pid_start_us === b.pid_start_us;
}

/** What counts, the best scope first. */
function tiers(connect: AnyRecord, known: readonly Known[], { scope }: JoinOptions): [string, Known[]][] {
  const of = (is: (record: AnyRecord) => boolean) => known.filter(({ record }) => is(record));
  const isHosts = ({ proto }: AnyRecord) => proto === 'hosts';
  const isNear = ({ netns, mntns, proto }: AnyRecord) => {
    if (proto === 'hosts' && mntns !== undefined && connect.mntns !== undefined)
      return mntns === connect.mntns;
    if (proto === 'hosts' && netns === undefined) return true;
    return netns !== undefined && netns === connect.netns;
  };
  const all: [string, Known[]][] = [
    ['process', of(record => !isHosts(record) && isSameProcess(record, connect))],
    ['netns', of(isNear)],
    ['resolver', of(record => record.daemon === true && !isHosts(record))],
    ['host', of(() => true)],
  ];
  return all.slice(0, { process: 1, netns: 3, host: 4 }[scope]);
}

/** The latest name, and with it those that fit as well. */
function named(scope: string, current: readonly Known[], at: number): { query: string; dns: AnyRecord } {
  const byName = new Map<unknown, Known>();
  for (const one of current.toSorted((a, b) => a.time - b.time)) {
    byName.delete(one.record.qname);
    byName.set(one.record.qname, one);
  }
  const [latest, ...others] = [...byName.values()].reverse() as [Known, ...Known[]];
  const left = ({ ttl, time }: Known) =>
    ttl === undefined ? Infinity : Math.floor(ttl * 1e3 - (at - time) / 1e3) / 1e3;
  const fit = [latest, ...others.filter(other => left(latest) < 0 || left(other) >= 0)];
  const { record, time, chain, ttl } = latest;
  return {
    query: record.qname as string,
    dns: {
      age_ms: (at - time) / 1e3,
      scope,
      ...(ttl === undefined ? {} : { ttl_left_s: left(latest) }),
      ...(chain.length > 0 ? { chain } : {}),
      ...(record.resolver === undefined ? {} : { resolver: record.resolver }),
      ...(fit.length > 1
        ? { candidates: fit.slice(0, 16).map(one => one.record.qname), ambiguous: true }
        : {}),
    },
  };
}

function reasonFor(connect: AnyRecord, at: number, past: readonly AnyRecord[]): string {
  const mine = [...past, connect].filter(record => isSameProcess(record, connect));
  if (mine.some(record => isJoined(record) && isEncrypted(record) && startOf(record) <= at))
    return 'encrypted';
  const told = past.filter(({ type, tool }) => type === 'dns' || tool === 'dnssource');
  const timesOf = (records: readonly AnyRecord[]) => records.map(({ mono_us }) => mono_us as number);
  const ready = timesOf(told.filter(({ type }) => type === 'ready')).filter(time => time <= at);
  const begun = ready.length > 0 ? Math.max(...ready) : Math.min(...timesOf(told));
  const started = connect.pid_start_us as number | undefined;
  if (begun > at || started === undefined) return 'not_seen';
  if (started < begun) return 'before_start';
  const isLoss = ({ type, mono_us }: AnyRecord) =>
    type === 'lost' && (mono_us as number) >= started && (mono_us as number) <= at;
  if (told.some(isLoss)) return 'lost';
  const isAnswer = ({ type, mono_us }: AnyRecord) => type === 'dns' && (mono_us as number) <= at;
  return mine.length === 0 || mine.some(isAnswer) ? 'not_seen' : 'no_query';
}

function isEncrypted({ daddr, dport }: AnyRecord): boolean {
  return dport === 853 || (dport === 443 && ['1.1.1.1', '8.8.8.8', '9.9.9.9'].includes(daddr as string));
}
