import { type AnyRecord, valueAt } from '@tcppipe/events';
import { tableCell } from '../cell.js';
import { type Column, column } from '../columns.js';

/** Answers older than this are shown with their age: the name may have been looked up by somebody else. */
const freshMs = 100;
const agePath = ['dns', 'age_ms'];

/** What tcpconnect says in its column QUERY: the name, with the age of an answer that is not fresh. */
function queryOrNone(record: AnyRecord): unknown {
  const { query } = record;
  if (query === null || query === undefined) return 'No DNS Query';
  const age = valueAt(record, agePath);
  return typeof age === 'number' && age > freshMs ? `${tableCell(query)} (${age.toFixed(3)}ms)` : query;
}

export function queryColumn(): Column {
  return column('QUERY', 0, queryOrNone);
}

/** For tables that also show what has no name to be asked for: of an accepted connection the peer is the client. */
export function optionalQueryColumn(): Column {
  return column('QUERY', 0, record => (record.query === undefined ? '' : queryOrNone(record)));
}
