import type { AnyRecord } from '@tcppipe/events';
import { tableCell } from '../cell.js';
import { type Column, column, tight, untitled } from '../columns.js';
import { addressWidth, uidColumn } from './connect.js';
import { optionalQueryColumn } from './query.js';
import { type Leading, nanosecondsColumn, timeColumns } from './time.js';

export interface TracerOptions extends Leading {
  readonly verbose?: boolean;
  readonly uid?: boolean;
  readonly dns?: boolean;
  readonly wide?: boolean;
  /** False leaves NETNS out of a verbose table, for one namespace only. */
  readonly netns?: boolean;
}

/** What tcptracer calls an event, in short and in verbose tables. It shows the first three types only. */
const eventNames = new Map([
  ['established', { short: 'C', long: 'connect' }],
  ['accept', { short: 'A', long: 'accept' }],
  ['close', { short: 'X', long: 'close' }],
  ['failed', { short: 'F', long: 'failed' }],
  ['connect', { short: 'S', long: 'syn' }],
]);

/** bcc's tcptracer, byte for byte, UID and QUERY (which it does not have) aside. */
export function tracerColumns(options: TracerOptions = {}): Column[] {
  const { verbose = false, netns = true, timestamp = false, ...leading } = options;
  const address = addressWidth(options.wide);
  return [
    ...timeColumns({ ...leading, timestamp: timestamp && !verbose }),
    ...(timestamp && verbose ? [nanosecondsColumn(options.boots)] : []),
    ...(options.uid ? [uidColumn()] : []),
    verbose ? tight('TYPE', 12, longName) : tight('T', 2, shortName),
    column('PID', 6, 'pid'),
    column('COMM', 16, 'comm'),
    column('IP', 2, 'ip'),
    column('SADDR', address, record => bracketed(record.saddr)),
    column('DADDR', address, record => bracketed(record.daddr)),
    column('SPORT', 6, 'sport'),
    // At the end of a verbose line the header pads this title to 7 columns, and rows their port to 6.
    column(verbose && !netns ? 'DPORT  ' : 'DPORT', 6, 'dport'),
    ...(verbose && netns ? [netnsColumn(options.dns)] : []),
    ...(options.dns ? [optionalQueryColumn()] : []),
    untitled('', errnoText),
  ];
}

/** A failed connect, which tcptracer does not show, says why at the end of its row. */
function errnoText(record: AnyRecord): string {
  return record.type === 'failed' ? ` ${tableCell(record.errno)}` : '';
}

function shortName({ type }: AnyRecord): unknown {
  return eventNames.get(type as string)?.short ?? type;
}

function longName({ type }: AnyRecord): unknown {
  return eventNames.get(type as string)?.long ?? type;
}

/** bcc's width is less than the ten digits of most namespaces, which matters where a column follows. */
function netnsColumn(isFollowed = false): Column {
  return column('NETNS', isFollowed ? 10 : 8, 'netns');
}

/** tcptracer writes IPv6 addresses in brackets. */
function bracketed(address: unknown): unknown {
  return typeof address === 'string' && address.includes(':') ? `[${address}]` : address;
}
