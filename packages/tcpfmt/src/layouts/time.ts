import { absent } from '../cell.js';
import { elapsedSinceFirst, wallClock } from '../clock.js';
import { type Column, tight } from '../columns.js';

/** Which columns stand before those of a layout. */
export interface Leading {
  /** Local wall clock. */
  readonly time?: boolean;
  /** Seconds since the first row. */
  readonly timestamp?: boolean;
}

/** Columns of time, which every layout starts with. Each table needs its own: they start at their first row. */
export function timeColumns({ time = false, timestamp = false }: Leading): Column[] {
  return [
    ...(time ? [tight('TIME', 13, record => wallClock(record) ?? absent)] : []),
    ...(timestamp ? [secondsColumn()] : []),
  ];
}

function secondsColumn(): Column {
  const elapsed = elapsedSinceFirst();
  return tight('TIME(s)', 9, record => {
    const us = elapsed(record);
    return us === undefined ? absent : (us / 1e6).toFixed(3);
  });
}

/** tcptracer's verbose time: nanoseconds, of which the last three digits are zero here. */
export function nanosecondsColumn(): Column {
  const elapsed = elapsedSinceFirst();
  return tight('TIME(ns)', 14, record => {
    const us = elapsed(record);
    return us === undefined ? absent : String(us * 1000);
  });
}
