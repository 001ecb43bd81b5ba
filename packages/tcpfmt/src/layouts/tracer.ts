import type { AnyRecord } from '@tcppipe/events';
import { tableCell } from '../cell.js';
import { type Column, column, tight } from '../columns.js';
import { padded } from '../width.js';
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
  const columns = [
    ...timeColumns({ ...leading, timestamp: timestamp && !verbose }),
    ...(timestamp && verbose ? [nanosecondsColumn()] : []),
    ...(options.uid ? [uidColumn()] : []),
    verbose ? tight('TYPE', 12, longName) : tight('T', 2, shortName),
    column('PID', 6, record => tableCell(record.pid)),
    column('COMM', 16, record => tableCell(record.comm)),
    column('IP', 2, record => tableCell(record.ip)),
    column('SADDR', address, record => bracketed(record.saddr)),
    column('DADDR', address, record => bracketed(record.daddr)),
    column('SPORT', 6, record => tableCell(record.sport)),
    // At the end of a verbose line the header pads this title to 7 columns, and rows their port to 6.
    column(verbose && !netns ? 'DPORT  ' : 'DPORT', 6, record => tableCell(record.dport)),
    ...(verbose && netns ? [netnsColumn()] : []),
    ...(options.dns ? [optionalQueryColumn()] : []),
  ];
  return [...columns.slice(0, -1), withErrno(columns.at(-1)!)];
}

/** A failed connect, which tcptracer does not show, says why at the end of its row. */
function withErrno(last: Column): Column {
  const cell = (record: AnyRecord): string =>
    record.type === 'failed'
      ? `${padded(last.cell(record), last.width)} ${tableCell(record.errno)}`
      : last.cell(record);
  return { ...last, cell };
}

function shortName(record: AnyRecord): string {
  return eventNames.get(record.type as string)?.short ?? tableCell(record.type);
}

function longName(record: AnyRecord): string {
  return eventNames.get(record.type as string)?.long ?? tableCell(record.type);
}

function netnsColumn(): Column {
  return column('NETNS', 8, record => tableCell(record.netns));
}

/** tcptracer writes IPv6 addresses in brackets. */
function bracketed(address: unknown): string {
  const text = tableCell(address);
  return text.includes(':') ? `[${text}]` : text;
}
