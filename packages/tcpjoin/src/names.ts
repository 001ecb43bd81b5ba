import type { Address } from './addresses.js';
import type { Destination } from './destination.js';
import type { Answer } from './kept.js';
import type { Owner } from './owners.js';
import type { Space } from './shares.js';
import type { AnswerTable } from './table.js';

/** What can be admitted at most; `netns` includes the resolver daemons of the host. */
export const scopes = ['process', 'netns', 'host'] as const;
export type Scope = (typeof scopes)[number];
/** Whose answer it was. */
export type Tier = Scope | 'resolver';

/** What is asked: which name led this owner to the address, as of a time (microseconds, event time). */
export interface Connection {
  readonly daddr: Destination;
  readonly dport: unknown;
  readonly owner: Owner;
  readonly at: number;
}

export interface Admission {
  /** The widest scope that counts. */
  readonly scope: Scope;
  /** Age up to which an answer counts, microseconds. */
  readonly ttlUs: number;
}

/** An answer to the question which name it was. */
export interface Named {
  readonly scope: Tier;
  /** Of each name that fits its latest answer, the latest of all first. */
  readonly answers: readonly Answer[];
  /** Up to when, in event time, the same is found for connections that begin later, while nothing is learnt of address and process. */
  readonly until: number;
}

/** Names that are said at most where several fit. */
export const maxCandidates = 16;

/** Best first. */
const tiers: Record<Scope, readonly Tier[]> = {
  process: ['process'],
  netns: ['process', 'netns', 'resolver'],
  host: ['process', 'netns', 'resolver', 'host'],
};

/** By the best scope that has an answer; without one where all are older than they may be. Undefined where none ever was. */
export function namedBy(
  table: AnswerTable,
  connection: Connection,
  spaces: readonly Space[] | undefined,
  { scope: widest, ttlUs }: Admission,
): Named | undefined {
  const { daddr, owner, at } = connection;
  const address = daddr.knownTo(table);
  if (!address) return undefined;
  const own = table.get(owner.netns, address, at);
  const daemons = selected(table.get('resolver', address, at), isOfBoot, owner);
  let named: Named | undefined;
  for (const scope of tiers[widest]) {
    const answers = answersOf(scope, address, own, daemons, table, connection, spaces);
    if (answers.length === 0) continue;
    const young = selected(answers, isYoung, at - ttlUs);
    const single = latestOfOneName(young);
    if (single)
      return { scope, answers: [single], until: at < address.latest ? at : youngUntil(single, ttlUs) };
    named = { scope, answers: latestByName(young, at), until: at };
    if (young.length > 0) break;
  }
  return named;
}

/** Whether one finding for a connection is of a better scope than another, or of a later answer within that. */
export function isBetter(a: Named, b: Named): boolean {
  if (a.scope !== b.scope) return tiers.host.indexOf(a.scope) < tiers.host.indexOf(b.scope);
  return a.answers[0]!.time > b.answers[0]!.time;
}

/** What counts in a tier. `own` is what is known in the connection's namespace, `daemons` what resolver daemons know. */
function answersOf(
  tier: Tier,
  address: Address,
  own: readonly Answer[],
  daemons: readonly Answer[],
  table: AnswerTable,
  { owner, at }: Connection,
  spaces: readonly Space[] | undefined,
): readonly Answer[] {
  switch (tier) {
    case 'process': {
      let near = joined(own, daemons);
      for (const space of spaces ?? none) {
        if (space !== owner.netns) near = joined(near, table.get(space, address, at));
      }
      return selected(near, isOfProcess, owner);
    }
    case 'netns': {
      const listed = selected(table.get('hosts', address, at), isInHostsFile, owner);
      const hosts = selected(listed, isStillListed, { table, at });
      if (Number.isNaN(owner.netns)) return hosts;
      return joined(joined(own, selected(daemons, isOfNamespace, owner)), hosts);
    }
    case 'resolver':
      return daemons;
    case 'host':
      return selected(selected(table.getAll(address, at), isOfBoot, owner), isStillListed, { table, at });
  }
}

const none: readonly never[] = [];

/** One list of two, one of which is nearly always empty. */
function joined(a: readonly Answer[], b: readonly Answer[]): readonly Answer[] {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...a, ...b];
}

/** Those for which it holds: in most cases all of them, or none. */
function selected<T>(
  answers: readonly Answer[],
  holds: (answer: Answer, of: T) => boolean,
  of: T,
): readonly Answer[] {
  let count = 0;
  for (const answer of answers) if (holds(answer, of)) count++;
  if (count === answers.length) return answers;
  return count === 0 ? none : answers.filter(answer => holds(answer, of));
}

function isYoung({ isStatic, time }: Answer, oldest: number): boolean {
  return isStatic || time >= oldest;
}

function youngUntil({ isStatic, time }: Answer, ttlUs: number): number {
  return isStatic ? Number.POSITIVE_INFINITY : time + ttlUs;
}

function isOfProcess({ owner }: Answer, { pid, start }: Owner): boolean {
  return owner.pid === pid && owner.start === start;
}

function isOfNamespace({ owner }: Answer, { netns }: Owner): boolean {
  return owner.netns === netns;
}

/** Whether it was received on the same host, and not before a reboot: a daemon serves, and a scope is, one host. */
function isOfBoot({ owner }: Answer, { boot }: Owner): boolean {
  return owner.boot === boot;
}

/** A hosts file belongs to a mount namespace; where that is not known, to a network namespace, or to everyone on the host. */
function isInHostsFile({ owner: file }: Answer, reader: Owner): boolean {
  if (file.boot !== reader.boot) return false;
  if (!Number.isNaN(file.mntns) && !Number.isNaN(reader.mntns)) return file.mntns === reader.mntns;
  return Number.isNaN(file.netns) || file.netns === reader.netns;
}

/** Whether an entry of a hosts file, if it is one, is in it as of then. */
function isStillListed(answer: Answer, { table, at }: { table: AnswerTable; at: number }): boolean {
  return !answer.isStatic || table.hosts.has(answer, at);
}

function latestByName(answers: readonly Answer[], at: number): readonly Answer[] {
  const byName = new Map<string, Answer>();
  for (const answer of answers) {
    const { qname } = answer;
    if (byName.has(qname) && byName.get(qname)!.time > answer.time) continue;
    byName.delete(qname);
    byName.set(qname, answer);
  }
  const latest = [...byName.values()];
  // Of those of one time the last that came is the latest.
  latest.reverse().sort((a, b) => b.time - a.time);
  // Names that have run out fit as well as the chosen one only if that has run out too.
  const isCurrent = (answer: Answer) => ttlLeftMs(answer.ttl, at - answer.time) >= 0;
  return latest.every(isCurrent) || !isCurrent(latest[0]!) ? latest : latest.filter(isCurrent);
}

/** Undefined where there are several names, or none. Of answers of one time the last that came is the latest. */
function latestOfOneName(answers: readonly Answer[]): Answer | undefined {
  let latest = answers[0];
  for (const answer of answers) {
    if (answer.qname !== latest!.qname) return undefined;
    if (answer.time >= latest!.time) latest = answer;
  }
  return latest;
}

/** Whole milliseconds until the answer runs out, negative when it has; infinite where it does not. */
export function ttlLeftMs(ttl: number | undefined, ageUs: number): number {
  return ttl === undefined ? Number.POSITIVE_INFINITY : Math.floor((ttl * 1e6 - ageUs) / 1e3);
}
