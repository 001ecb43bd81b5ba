import type { Line } from '@tcppipe/cli';
import type { AnyRecord } from '@tcppipe/events';
import { addressKey, type Link, linksIn } from './answers.js';
import { detached } from './detached.js';
import type { Timed } from './merge.js';
import type { Connection } from './names.js';
import type { Owner } from './owners.js';
import { Boot, type Moment } from './timeline.js';

/** What a `dns` record tells. */
export interface Response {
  readonly qname: string;
  readonly resolver: string | undefined;
  /** Addresses, and how the name leads to them. */
  readonly links: ReadonlyMap<string, Link>;
  /** Whether it is a line of a hosts file. */
  readonly isStatic: boolean;
  /** Whether a resolver daemon of the host received it. */
  readonly isOfDaemon: boolean;
  readonly isUnsolicited: boolean;
  readonly owner: Owner;
  readonly uid: number;
}

/**
 * A record in event time. Thousands are held at a time, so it has what the join asks of the record, and not the record
 * itself.
 */
export interface Item extends Timed {
  readonly text: string;
  /** Whether the text is known to be ASCII without controls. */
  readonly isPlain: boolean;
  /** What a record about a connection of ours is to be joined by. */
  readonly connection: Connection | undefined;
  /** What it said of its connection before: a name, only a reason, or nothing at all. */
  readonly joined: 'named' | 'unnamed' | undefined;
  /** What there is to learn from a record of the DNS side: of all others but `dns` that it is there, or what it lost. */
  readonly news: Response | 'alive' | 'lost' | undefined;
}

/** `clock`, microseconds, is the time of a record that has none: its place is behind what came before it. */
export function itemOf(
  { text, record, isPlain = false }: Line,
  moment: Moment | undefined,
  clock: number,
): Item {
  const time = moment?.time ?? Math.max(clock, 0);
  const boot = moment?.boot ?? new Boot(0);
  const connection = connectionOf(record, boot, time);
  return {
    time,
    dns: record.type === 'dns',
    run: moment && typeof record.run === 'string' ? record.run : '\uffff',
    seq: numberOr(record.seq, 0),
    text,
    isPlain,
    connection,
    joined: connection ? joinedBefore(record) : undefined,
    news: connection ? undefined : newsIn(record, boot),
  };
}

/** Undefined for what is not about a connection that this host opened: of an `accept` the peer is the client. */
function connectionOf(record: AnyRecord, boot: Boot, time: number): Connection | undefined {
  switch (record.type) {
    case 'connect':
      return connectionFrom(record, boot, time);
    case 'established':
    case 'failed':
      return connectionFrom(record, boot, before(time, record.latency_ms));
    case 'close':
      return record.accepted === true
        ? undefined
        : connectionFrom(record, boot, before(time, record.duration_ms));
  }
  return undefined;
}

function connectionFrom(record: AnyRecord, boot: Boot, at: number): Connection | undefined {
  const { daddr, dport } = record;
  if (typeof daddr !== 'string') return undefined;
  return { daddr: addressKey(daddr), dport, owner: ownerOf(record, boot), at };
}

/** Outcome and end of a connection say how long ago it began: the name is the one that led to it then. */
function before(time: number, ms: unknown): number {
  return time - Math.max(0, Math.round(numberOr(ms, 0) * 1e3));
}

function joinedBefore({ query, dns }: AnyRecord): Item['joined'] {
  if (typeof query === 'string') return 'named';
  return query === undefined && dns === undefined ? undefined : 'unnamed';
}

function newsIn(record: AnyRecord, boot: Boot): Item['news'] {
  if (record.type === 'dns') return responseIn(record, boot);
  if (record.tool !== 'dnssource') return undefined;
  return record.type === 'lost' ? 'lost' : 'alive';
}

function responseIn(record: AnyRecord, boot: Boot): Response {
  const { qname, resolver, proto, daemon, solicited, uid } = record;
  return {
    qname: typeof qname === 'string' ? detached(qname) : '',
    resolver: typeof resolver === 'string' ? detached(resolver) : undefined,
    links: linksIn(record),
    isStatic: proto === 'hosts',
    isOfDaemon: daemon === true,
    isUnsolicited: solicited === false,
    owner: ownerOf(record, boot),
    uid: numberOr(uid, Number.NaN),
  };
}

function ownerOf({ pid, pid_start_us, netns, mntns }: AnyRecord, { origin, owners }: Boot): Owner {
  return owners.of(
    numberOr(pid, Number.NaN),
    numberOr(pid_start_us, Number.NaN) + origin,
    numberOr(netns, Number.NaN),
    numberOr(mntns, Number.NaN),
  );
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
