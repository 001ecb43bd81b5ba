import type { Evidence } from '@tcppipe/events';
import type { Answer, Owner } from './answers.js';
import type { Processes } from './processes.js';
import type { AnswerTable } from './table.js';
import type { Watch } from './watch.js';

export const scopes = ['process', 'netns', 'host'] as const;
export type Scope = (typeof scopes)[number];

/** What is asked: which name led this owner to the address, as of a time (microseconds, event time). */
export interface Connection {
  readonly daddr: string;
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
  const found = namesFor(connection, known, admission);
  if (found) return verdictFrom(found, connection.at);
  const isLoopback = connection.daddr === '127.0.0.1' || connection.daddr === '::1';
  if (isLoopback) return { query: 'localhost', dns: { reason: 'loopback' } };
  return { query: null, dns: { reason: reasonFor(connection, known, admission) } };
}

interface Found {
  readonly scope: Scope;
  /** Of each name its latest answer; the latest of all first. */
  readonly answers: Answer[];
}

/** The best scope that has an answer. */
function namesFor(connection: Connection, known: Knowledge, admission: Admission): Found | undefined {
  const { daddr, owner, at } = connection;
  const { table, processes } = known;
  const own = table.get(owner.netns, daddr);
  const counts = (answer: Answer) =>
    answer.time <= at && (answer.isStatic || at - answer.time <= admission.ttlUs);

  const elsewhere = processes.find(owner)?.spaces ?? [];
  const ofProcess = [
    own,
    ...elsewhere.filter(space => space !== owner.netns).map(space => table.get(space, daddr)),
  ]
    .flat()
    .filter(answer => counts(answer) && isSameProcess(answer.owner, owner));
  if (ofProcess.length > 0) return { scope: 'process', answers: latestByName(ofProcess, at) };
  if (admission.scope === 'process') return undefined;

  const hosts = table.get('hosts', daddr).filter(answer => sharesHostsFile(answer.owner, owner));
  const isKnownNetns = !Number.isNaN(owner.netns);
  const ofNetns = (isKnownNetns ? [...own, ...hosts] : hosts).filter(counts);
  if (ofNetns.length > 0) return { scope: 'netns', answers: latestByName(ofNetns, at) };
  if (admission.scope === 'netns') return undefined;

  const ofAnyone = [...table.namespaces(), 'hosts' as const]
    .flatMap(space => table.get(space, daddr))
    .filter(counts);
  return ofAnyone.length > 0 ? { scope: 'host', answers: latestByName(ofAnyone, at) } : undefined;
}

function isSameProcess(a: Owner, b: Owner): boolean {
  return a.pid === b.pid && a.start === b.start;
}

/** A hosts file belongs to a mount namespace; where that is not known, to a network namespace, or to everyone. */
function sharesHostsFile(file: Owner, reader: Owner): boolean {
  if (!Number.isNaN(file.mntns) && !Number.isNaN(reader.mntns)) return file.mntns === reader.mntns;
  return Number.isNaN(file.netns) || file.netns === reader.netns;
}

function latestByName(answers: Answer[], at: number): Answer[] {
  const byName = new Map<string, Answer>();
  for (const answer of answers.reverse().sort((a, b) => b.time - a.time)) {
    if (!byName.has(answer.qname)) byName.set(answer.qname, answer);
  }
  const latest = [...byName.values()];
  // Names that have run out fit as well as the chosen one only if that has run out too.
  return leftSeconds(latest[0]!, at) < 0 ? latest : latest.filter(answer => leftSeconds(answer, at) >= 0);
}

function leftSeconds({ ttl, time }: Answer, at: number): number {
  if (ttl === undefined) return Number.POSITIVE_INFINITY;
  return Math.floor((ttl * 1e6 - (at - time)) / 1e3) / 1e3;
}

function verdictFrom({ scope, answers }: Found, at: number): Verdict {
  const [answer] = answers as [Answer];
  const { qname, chain, ttl, resolver } = answer;
  const candidates = answers.slice(0, maxCandidates).map(candidate => candidate.qname);
  return {
    query: qname,
    dns: {
      age_ms: (at - answer.time) / 1e3,
      scope,
      ...(ttl !== undefined && { ttl_left_s: leftSeconds(answer, at) }),
      ...(chain.length > 0 && { chain: [...chain] }),
      ...(resolver !== undefined && { resolver }),
      ...(answers.length > 1 && { candidates, ambiguous: true }),
    },
  };
}

/** Why there is no name: the first of these that is true. */
function reasonFor(connection: Connection, known: Knowledge, admission: Admission): string {
  const { owner, at } = connection;
  const { processes, watch } = known;
  if (namesFor(connection, known, { ...admission, ttlUs: Number.POSITIVE_INFINITY })) return 'expired';
  if ((processes.find(owner)?.firstEncrypted ?? Number.POSITIVE_INFINITY) <= at) return 'encrypted';
  const begun = watch.begunBy(at);
  if (begun === undefined || Number.isNaN(owner.start)) return 'not_seen';
  if (owner.start < begun) return 'before_start';
  if (watch.lostBetween(owner.start, at)) return 'lost';
  return processes.askedNothing(owner, at) ? 'no_query' : 'not_seen';
}
