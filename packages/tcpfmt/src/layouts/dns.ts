import type { AnyRecord } from '@tcppipe/events';
import { absent, cellText, decimals } from '../cell.js';
import { type Column, column, tight } from '../columns.js';
import { addressWidth, uidColumn } from './connect.js';
import { type Leading, timeColumns } from './time.js';

export interface DnsOptions extends Leading {
  readonly uid?: boolean;
  readonly wide?: boolean;
}

/** DNS responses: who asked whom for what, and what came back. */
export function dnsColumns(options: DnsOptions = {}): Column[] {
  return [
    ...timeColumns(options),
    ...(options.uid ? [uidColumn()] : []),
    tight('PID', 7, 'pid'),
    column('COMM', 15, 'comm'),
    column('RESOLVER', addressWidth(options.wide), 'resolver'),
    column('RTT(ms)', 8, record => decimals(record.rtt_ms)),
    column('RCODE', 8, 'rcode'),
    column('QTYPE', 5, 'qtype'),
    column('QNAME', 30, 'qname'),
    column('ANSWERS', 0, answersText),
  ];
}

/** The data of the answers, and what makes them doubtful. */
export function answersText(record: AnyRecord): string {
  const answers = Array.isArray(record.answers) ? record.answers.map(dataOf) : [];
  const doubts = [
    ...(record.truncated === true ? ['[truncated]'] : []),
    ...(record.solicited === false ? ['[unsolicited]'] : []),
  ];
  return [...answers, ...doubts].join(' ') || absent;
}

function dataOf(answer: unknown): string {
  const data = typeof answer === 'object' && answer !== null ? (answer as AnyRecord).data : undefined;
  return cellText(data) ?? absent;
}
