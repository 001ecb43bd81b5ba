import type { AnyRecord } from '@tcppipe/events';
import { addressKey } from './answers.js';
import { Destination } from './destination.js';
import { Item } from './item.js';
import { numberOr } from './number-or.js';
import type { Member, Owner } from './owners.js';
import { responseIn } from './response.js';
import type { Boot } from './timeline.js';

/** The process that a record names, in its boot. */
export function ownerIn({ pid, pid_start_us, netns, mntns }: AnyRecord, boot: Boot): Member {
  return boot.owners.of({
    pid: numberOr(pid, Number.NaN),
    start: numberOr(pid_start_us, Number.NaN) + boot.origin,
    netns: boot.unique(numberOr(netns, Number.NaN)),
    mntns: boot.unique(numberOr(mntns, Number.NaN)),
    boot: boot.number,
  });
}

/** An item of its own for a record, without a line. */
export function itemOf(record: AnyRecord, time: number, boot: Boot): Item {
  const item = new Item();
  item.time = time;
  item.owner = ownerIn(record, boot);
  tell(item, record, destinationIn(record));
  return item;
}

/** Where a record leads. */
export function destinationIn({ daddr }: AnyRecord): Destination | undefined {
  return typeof daddr === 'string' ? new Destination(addressKey(daddr)) : undefined;
}

/**
 * Puts into an item, which has its time and owner, what else the record says. `destination` is that of its address. A response
 * stays in the line where that is kept: what waits would outlive the collections of garbage for short-lived objects.
 */
export function tell(item: Item, record: AnyRecord, destination: Destination | undefined): void {
  const { type } = record;
  item.dns = type === 'dns';
  item.seq = numberOr(record.seq, 0);
  const at = beginningOf(type, record, item.time);
  if (at !== undefined && destination) {
    item.at = at;
    item.daddr = destination;
    item.dport = record.dport;
    item.stage = stageOf(type);
    item.joined = joinedBefore(record);
  } else {
    item.news = item.dns && item.block ? 'response' : newsIn(type, record, item.owner);
  }
}

/**
 * When the connection began that a record is about: outcome and end say how long ago that was. Undefined for what is not
 * about a connection that this host opened: of an `accept` the peer is the client.
 */
function beginningOf(type: unknown, record: AnyRecord, time: number): number | undefined {
  switch (type) {
    case 'connect':
      return time;
    case 'established':
    case 'failed':
      return before(time, record.latency_ms);
    case 'close':
      return record.accepted === true
        ? undefined
        : before(before(time, record.duration_ms), record.latency_ms);
  }
  return undefined;
}

function stageOf(type: unknown): Item['stage'] {
  if (type === 'connect') return 'begun';
  return type === 'established' ? 'open' : 'over';
}

function before(time: number, ms: unknown): number {
  return time - Math.max(0, Math.round(numberOr(ms, 0) * 1e3));
}

function joinedBefore({ query, dns }: AnyRecord): Item['joined'] {
  if (typeof query === 'string') return 'named';
  return query === undefined && dns === undefined ? undefined : 'unnamed';
}

function newsIn(type: unknown, record: AnyRecord, owner: Owner): Item['news'] {
  if (type === 'dns') return responseIn(record, owner);
  if (record.tool !== 'dnssource') return undefined;
  if (type === 'ready') return 'begun';
  return type === 'lost' ? 'lost' : 'alive';
}
