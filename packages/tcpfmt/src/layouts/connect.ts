import { type Column, column, tight, untitled } from '../columns.js';
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
    tight('PID', 7, 'pid'),
    shortCommColumn(),
    column('IP', 2, 'ip'),
    column('SADDR', address, 'saddr'),
    ...(options.lport ? [column('LPORT', 6, 'sport')] : []),
    column('DADDR', address, 'daddr'),
    column('DPORT', 6, 'dport'),
    options.dns ? queryColumn() : untitled(' ', () => ''),
  ];
}

export function uidColumn(): Column {
  return tight('UID', 6, 'uid');
}

/** comm as `%-12.12s` shows it. */
export function shortCommColumn(): Column {
  return { ...column('COMM', 12, 'comm'), most: 12 };
}
