import type { Evidence } from '@tcppipe/events';
import type { Answer } from './kept.js';
import { type Admission, type Connection, maxCandidates, type Named, namedBy, ttlLeftMs } from './names.js';
import type { Processes } from './processes.js';
import type { AnswerTable } from './table.js';
import type { Watches } from './watch.js';

/** The members `query` and `dns` of a joined record. */
export interface Verdict {
  readonly query: string | null;
  readonly dns: Evidence;
}

export interface Knowledge {
  readonly table: AnswerTable;
  readonly processes: Processes;
  readonly watches: Watches;
}

/** The name that led to the connection, or the reason why there is none. */
export function findingOn(connection: Connection, known: Knowledge, admission: Admission): Named | string {
  const { daddr } = connection;
  const spaces = known.processes.spacesOf(connection.owner);
  const named = namedBy(known.table, connection, spaces, admission);
  if (named && named.answers.length > 0) {
    // Of other processes' answers only the one that is given: all who ask for the address would be needed otherwise.
    known.table.need(named.scope === 'process' ? named.answers : named.answers.slice(0, 1));
    return named;
  }
  if (daddr.isLoopback) return 'loopback';
  return named ? 'expired' : reasonFor(connection, known);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A finding as the record says it, of a connection that began `at`. */
export function verdictFrom(finding: Named | string, at: number): Verdict {
  if (typeof finding === 'string') {
    return { query: finding === 'loopback' ? 'localhost' : null, dns: { reason: finding } };
  }
  const { scope, answers } = finding;
  const [answer] = answers as [Answer];
  const { qname, chain, resolver } = answer;
  const dns: Writable<Evidence> = { age_ms: (at - answer.time) / 1e3, scope };
  if (answer.ttl !== undefined) dns.ttl_left_s = ttlLeftMs(answer.ttl, at - answer.time) / 1e3;
  if (chain.length > 0) dns.chain = [...chain];
  if (resolver !== undefined) dns.resolver = resolver;
  if (answers.length > 1) {
    dns.candidates = answers.slice(0, maxCandidates).map(one => one.qname);
    dns.ambiguous = true;
  }
  return { query: qname, dns };
}

/** Why there is no name: the first of these that is true. */
function reasonFor({ owner, at }: Connection, known: Knowledge): string {
  if (known.processes.wasEncryptedBy(owner, at)) return 'encrypted';
  const watch = known.watches.of(owner.boot);
  const begun = watch.begunBy(at);
  if (begun === undefined || Number.isNaN(owner.start)) return 'not_seen';
  if (owner.start < begun) return 'before_start';
  if (watch.lostBetween(owner.start, at)) return 'lost';
  const heardNothing = known.processes.hadHeardNothingBy(owner, at);
  return heardNothing && known.watches.isCompleteTo(at) ? 'no_query' : 'not_seen';
}
