import { tableCell } from '../cell.js';
import { type Column, column, tight } from '../columns.js';
import { shortComm } from './connect.js';
import { type Leading, timeColumns } from './time.js';

/** bcc's example tcpv4connect. */
export function v4connectColumns(options: Leading = {}): Column[] {
  return [
    ...timeColumns(options),
    tight('PID', 6, record => tableCell(record.pid)),
    column('COMM', 12, shortComm),
    column('SADDR', 16, record => tableCell(record.saddr)),
    column('DADDR', 16, record => tableCell(record.daddr)),
    column('DPORT', 4, record => tableCell(record.dport)),
  ];
}
