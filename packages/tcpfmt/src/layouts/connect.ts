import type { AnyRecord } from '@tcppipe/events';
import { tableCell } from '../cell.js';
import { type Column, column, tight } from '../columns.js';
import { cut } from '../width.js';
import { queryColumn } from './query.js';
import { type Leading, timeColumns } from './time.js';

export interface ConnectOptions extends Leading {
  readonly uid?: boolean;
  readonly lport?: boolean;
  readonly dns?: boolean;
  /** Addresses 39 wide, which any IPv6 address fits. */
  readonly wide?: boolean;
}

/** Columns an address takes; the same in every layout of bcc. */
export function addressWidth(wide = false): number {
  return wide ? 39 : 16;
}

/** bcc's tcpconnect, byte for byte: a row without a query ends in the blank that would stand before it. */
export function connectColumns(options: ConnectOptions = {}): Column[] {
  const address = addressWidth(options.wide);
  return [
    ...timeColumns(options),
    ...(options.uid ? [uidColumn()] : []),
    tight('PID', 7, record => tableCell(record.pid)),
    column('COMM', 12, shortComm),
    column('IP', 2, record => tableCell(record.ip)),
    column('SADDR', address, record => tableCell(record.saddr)),
    ...(options.lport ? [column('LPORT', 6, record => tableCell(record.sport))] : []),
    column('DADDR', address, record => tableCell(record.daddr)),
    column('DPORT', 6, record => tableCell(record.dport)),
    options.dns ? queryColumn() : { ...column('', 0, () => ''), untitled: true },
  ];
}

export function uidColumn(): Column {
  return tight('UID', 6, record => tableCell(record.uid));
}

/** comm as `%-12.12s` shows it. */
export function shortComm(record: AnyRecord): string {
  return cut(tableCell(record.comm), 12);
}
