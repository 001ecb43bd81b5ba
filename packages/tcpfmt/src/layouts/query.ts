import type { AnyRecord } from '@tcppipe/events';
import { tableCell } from '../cell.js';
import { type Column, column } from '../columns.js';

/** Answers older than this are shown with their age: the name may have been looked up by somebody else. */
const freshMs = 100;

/** What tcpconnect says in its column QUERY: the name, with the age of an answer that is not fresh. */
export function queryText(record: AnyRecord): string {
  const { query, dns } = record;
  if (query === null || query === undefined) return 'No DNS Query';
  const age = typeof dns === 'object' && dns !== null ? (dns as AnyRecord).age_ms : undefined;
  const name = tableCell(query);
  return typeof age === 'number' && age > freshMs ? `${name} (${age.toFixed(3)}ms)` : name;
}

export function queryColumn(): Column {
  return column('QUERY', 0, queryText);
}

/** For tables that also show what has no name to be asked for: of an accepted connection the peer is the client. */
export function optionalQueryColumn(): Column {
  return column('QUERY', 0, record => (record.query === undefined ? '' : queryText(record)));
}
