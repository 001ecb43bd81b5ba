import { type Column, column, tight } from '../columns.js';
import { shortCommColumn } from './connect.js';
import { type Leading, timeColumns } from './time.js';

/** bcc's example tcpv4connect. */
export function v4connectColumns(options: Leading = {}): Column[] {
  return [
    ...timeColumns(options),
    tight('PID', 6, record => record.pid),
    shortCommColumn(),
    column('SADDR', 16, record => record.saddr),
    column('DADDR', 16, record => record.daddr),
    column('DPORT', 4, record => record.dport),
  ];
}
