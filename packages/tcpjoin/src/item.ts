import type { Line } from '@tcppipe/cli';
import { type AnyRecord, keptRecord } from '@tcppipe/events';
import { addressKey, type Owner } from './answers.js';
import type { Connection } from './evidence.js';
import type { Timed } from './merge.js';
import type { Moment } from './timeline.js';

/**
 * A record in event time. Thousands are held at a time, so one that is only to be joined keeps what the join asks
 * of it and not the record: that is a third of the garbage collector's work.
 */
export interface Item extends Timed {
  readonly text: string;
  /** Whether the text is known to be ASCII without controls. */
  readonly isPlain: boolean;
  /** What a record about a connection of ours is to be joined by. */
  readonly connection: Connection | undefined;
  /** One to learn from, or that had been joined before. */
  readonly record: AnyRecord | undefined;
  readonly owner: Owner;
}

/** `clock`, microseconds, is the time of a record that has none: its place is behind what came before it. */
export function itemOf(
  { text, record, isPlain = false }: Line,
  moment: Moment | undefined,
  clock: number,
): Item {
  const time = moment?.time ?? clock;
  const owner = ownerOf(record, moment?.boot.origin ?? 0);
  const connection = connectionOf(record, owner, time);
  const isDns = record.type === 'dns';
  const isWanted =
    isDns || record.tool === 'dnssource' || record.query !== undefined || record.dns !== undefined;
  return {
    time,
    dns: isDns,
    run: moment && typeof record.run === 'string' ? record.run : '\uffff',
    seq: numberOr(record.seq, 0),
    text,
    isPlain,
    connection,
    record: isWanted ? keptRecord(record) : undefined,
    owner,
  };
}

/** Undefined for what is not about a connection that this host opened: of an `accept` the peer is the client. */
function connectionOf(record: AnyRecord, owner: Owner, time: number): Connection | undefined {
  const { daddr, dport } = record;
  if (typeof daddr !== 'string') return undefined;
  switch (record.type) {
    case 'connect':
      return { daddr: addressKey(daddr), dport, owner, at: time };
    case 'established':
    case 'failed':
      return { daddr: addressKey(daddr), dport, owner, at: before(time, record.latency_ms) };
    case 'close':
      if (record.accepted === true) return undefined;
      return { daddr: addressKey(daddr), dport, owner, at: before(time, record.duration_ms) };
  }
  return undefined;
}

/** Outcome and end of a connection say how long ago it began: the name is the one that led to it then. */
function before(time: number, ms: unknown): number {
  return time - Math.max(0, Math.round(numberOr(ms, 0) * 1e3));
}

function ownerOf({ pid, pid_start_us, netns, mntns }: AnyRecord, origin: number): Owner {
  return {
    pid: numberOr(pid, Number.NaN),
    start: numberOr(pid_start_us, Number.NaN) + origin,
    netns: numberOr(netns, Number.NaN),
    mntns: numberOr(mntns, Number.NaN),
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
