import type { Evidence } from '@tcppipe/events';
import type { Answer, Owner } from './answers.js';
import type { Habits, Processes } from './processes.js';
import type { AnswerTable } from './table.js';
import type { Watch } from './watch.js';

/** What can be admitted at most; `netns` includes the resolver daemons of the host. */
export const scopes = ['process', 'netns', 'host'] as const;
export type Scope = (typeof scopes)[number];
/** Whose answer it was, best first: process, netns, resolver, host. */
type Tier = Scope | 'resolver';

/** What is asked: which name led this owner to the address, as of a time (microseconds, event time). */
export interface Connection {
  readonly daddr: string;
  readonly dport: unknown;
  readonly owner: Owner;
  readonly at: number;
}

/** The members `query` and `dns` of a joined record. */
export interface Verdict {
  readonly query: string | null;
  readonly dns: Evidence;
}

export interface Knowledge {
  readonly table: AnswerTable;
  readonly processes: Processes;
  readonly watch: Watch;
}

export interface Admission {
  /** The widest scope that counts. */
  readonly scope: Scope;
  /** Age up to which an answer counts, microseconds. */
  readonly ttlUs: number;
}

const maxCandidates = 16;

/** The name that led to the connection with its evidence, or why there is none. */
export function verdictOn(connection: Connection, known: Knowledge, admission: Admission): Verdict {
  const habits = known.processes.find(connection.owner);
  const found = namesFor(connection, habits, known.table, admission);
  if (found && found.answers.length > 0) return verdictFrom(found, connection.at);
  if (connection.daddr === '127.0.0.1' || connection.daddr === '::1') {
    return { query: 'localhost', dns: { reason: 'loopback' } };
  }
  return { query: null, dns: { reason: found ? 'expired' : reasonFor(connection, habits, known) } };
}

interface Found {
  readonly scope: Tier;
  /** Of each name its latest answer, the latest of all first; empty where all are older than they may be. */
  readonly answers: Answer[];
}

/** The best scope that has an answer; undefined where none ever had. */
function namesFor(
  { daddr, owner, at }: Connection,
  habits: Habits | undefined,
  table: AnswerTable,
  { scope: widest, ttlUs }: Admission,
): Found | undefined {
  let best: Found | undefined;
  const found = (scope: Tier, answers: readonly Answer[]) => {
    if (answers.length === 0) return false;
    const current = answers.filter(answer => answer.isStatic || at - answer.time <= ttlUs);
    best = { scope, answers: latestByName(current, at) };
    return current.length > 0;
  };

  const own = table.get(owner.netns, daddr, at);
  const daemons = table.get('resolver', daddr, at);
  let near = joined(own, daemons);
  for (const space of habits?.spaces ?? []) {
    if (space !== owner.netns) near = joined(near, table.get(space, daddr, at));
  }
  if (near.length > 0) {
    const mine = near.filter(answer => isSameProcess(answer.owner, owner));
    if (found('process', mine)) return best;
  }
  if (widest === 'process') return best;

  const hosts = table.get('hosts', daddr, at);
  const shared = hosts.length > 0 ? hosts.filter(answer => sharesHostsFile(answer.owner, owner)) : hosts;
  const local = daemons.length > 0 ? daemons.filter(answer => answer.owner.netns === owner.netns) : daemons;
  const ofNetns = Number.isNaN(owner.netns) ? shared : joined(joined(own, local), shared);
  if (found('netns', ofNetns)) return best;
  if (found('resolver', daemons)) return best;
  if (widest === 'netns') return best;

  found(
    'host',
    [...table.namespaces(), 'resolver' as const, 'hosts' as const].flatMap(space =>
      table.get(space, daddr, at),
    ),
  );
  return best;
}

/** One list of two, one of which is nearly always empty. */
function joined(a: readonly Answer[], b: readonly Answer[]): readonly Answer[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...a, ...b];
}

function isSameProcess(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.start === b.start;
}

/** A hosts file belongs to a mount namespace; where that is not known, to a network namespace, or to everyone. */
function sharesHostsFile(file: Owner, reader: Owner): boolean {
  if (!Number.isNaN(file.mntns) && !Number.isNaN(reader.mntns)) return file.mntns === reader.mntns;
  return Number.isNaN(file.netns) || file.netns === reader.netns;
}

function latestByName(answers: readonly Answer[], at: number): Answer[] {
  const latest: Answer[] = [];
  for (const answer of answers) {
    const known = latest.findIndex(({ qname }) => qname === answer.qname);
    if (known >= 0 && latest[known]!.time > answer.time) continue;
    if (known >= 0) latest.splice(known, 1);
    latest.push(answer);
  }
  if (latest.length < 2) return latest;
  // Of those of one time the last that came is the latest.
  latest.reverse().sort((a, b) => b.time - a.time);
  // Names that have run out fit as well as the chosen one only if that has run out too.
  const isCurrent = (answer: Answer) => leftSeconds(answer, at) >= 0;
  return latest.every(isCurrent) || !isCurrent(latest[0]!) ? latest : latest.filter(isCurrent);
}

function leftSeconds({ ttl, time }: Answer, at: number): number {
  if (ttl === undefined) return Number.POSITIVE_INFINITY;
  return Math.floor((ttl * 1e6 - (at - time)) / 1e3) / 1e3;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function verdictFrom({ scope, answers }: Found, at: number): Verdict {
  const [answer] = answers as [Answer];
  const { qname, chain, ttl, resolver } = answer;
  const dns: Writable<Evidence> = { age_ms: (at - answer.time) / 1e3, scope };
  if (ttl !== undefined) dns.ttl_left_s = leftSeconds(answer, at);
  if (chain.length > 0) dns.chain = [...chain];
  if (resolver !== undefined) dns.resolver = resolver;
  if (answers.length > 1) {
    dns.candidates = answers.slice(0, maxCandidates).map(candidate => candidate.qname);
    dns.ambiguous = true;
  }
  return { query: qname, dns };
}

/** Why there is no name: the first of these that is true. */
function reasonFor({ owner, at }: Connection, habits: Habits | undefined, known: Knowledge): string {
  if (habits && habits.firstEncrypted <= at) return 'encrypted';
  const begun = known.watch.begunBy(at);
  if (begun === undefined || Number.isNaN(owner.start)) return 'not_seen';
  if (owner.start < begun) return 'before_start';
  if (known.watch.lostBetween(owner.start, at)) return 'lost';
  const askedNothing = habits ? habits.firstAnswer > at : known.processes.isNew(owner);
  return askedNothing ? 'no_query' : 'not_seen';
}
