import { type Column, column, tight } from '../columns.js';
import { shortCommColumn } from './connect.js';
import { type Leading, timeColumns } from './time.js';

/** bcc's example tcpv4connect. */
export function v4connectColumns(options: Leading = {}): Column[] {
  return [
    ...timeColumns(options),
    tight('PID', 6, 'pid'),
    shortCommColumn(),
    column('SADDR', 16, 'saddr'),
    column('DADDR', 16, 'daddr'),
    column('DPORT', 4, 'dport'),
  ];
}
