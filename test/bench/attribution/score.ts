import type { AnyRecord, Evidence } from '@tcppipe/events';
import { groupedBy } from './grouped.js';
import type { Situation } from './situation.js';
import type { Made } from './workload.js';

/** A connect as its process made it, and what was said of it. */
export interface Case {
  readonly situation: Situation;
  readonly made: Made;
  readonly query: string | null;
  readonly dns: Evidence;
  /** The name by bcc's rule. */
  readonly bcc: string | null;
  /** Whether the tracer had said before that it missed answers. */
  readonly afterLoss: boolean;
}

/** Shares of 1; undefined where there is nothing to take a share of. */
export interface Score {
  readonly cases: number;
  /** Of the names given, those under which the connect was made. */
  readonly precision: number | undefined;
  /** Of the connects whose name was on the wire, those that were given it. */
  readonly recall: number | undefined;
  /** Of all, those that were given no name. */
  readonly abstention: number | undefined;
}

export function scoreOf(cases: readonly Case[], given: (one: Case) => string | null): Score {
  const right = (some: readonly Case[]) => some.filter(one => given(one) === one.made.name);
  const withName = cases.filter(one => given(one) !== null);
  const known = cases.filter(({ situation: { truth } }) => truth === 'named');
  return {
    cases: cases.length,
    precision: share(right(withName).length, withName.length),
    recall: share(right(known).length, known.length),
    abstention: share(cases.length - withName.length, cases.length),
  };
}

/** Share of cases whose evidence is true: of a name, that it is the one; of several or none, what the situation asks. */
export function truthfulness(cases: readonly Case[]): number | undefined {
  return share(cases.filter(isTrue).length, cases.length);
}

export function isTrue({ situation, made, query, dns, afterLoss }: Case): boolean {
  if (query === null && dns.reason === 'lost') return afterLoss;
  if (situation.says) return situation.says(dns, made, query);
  return query === made.name && dns.ambiguous === undefined;
}

/** Cases that have one right answer, a name or none. */
export function decidable(cases: readonly Case[]): Case[] {
  return cases.filter(({ situation: { truth } }) => truth === 'named' || truth === 'unnamed');
}

/** Cases whose evidence should be true and is not. */
export function untrue(cases: readonly Case[]): Case[] {
  return cases.filter(one => !isTrue(one));
}

/**
 * Finds the record of each connect.
 * @throws Error when one has none or several
 */
export function casesOf(
  made: ReadonlyMap<Situation, readonly Made[]>,
  records: readonly AnyRecord[],
  bcc: ReadonlyMap<AnyRecord, string | null>,
): Case[] {
  const connects = groupedBy(
    records.filter(({ type }) => type === 'connect'),
    ends,
  );
  const firstLoss = records.findIndex(({ type, tool }) => type === 'lost' && tool === 'dnssource');
  const afterLoss = new Set(firstLoss < 0 ? [] : records.slice(firstLoss));
  return [...made].flatMap(([situation, connections]) =>
    connections.map(one => {
      const found = connects.get(ends(one)) ?? [];
      if (found.length !== 1) throw new Error(`${found.length} records of ${JSON.stringify(one)}`);
      const [record] = found as [AnyRecord];
      const { query, dns } = record as { query: string | null; dns: Evidence };
      return {
        situation,
        made: one,
        query,
        dns,
        bcc: bcc.get(record) ?? null,
        afterLoss: afterLoss.has(record),
      };
    }),
  );
}

function ends({ pid, saddr, sport, daddr, dport }: AnyRecord | Made): string {
  return [pid, saddr, sport, daddr, dport].join(' ');
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
