import type { Boots } from '../boots.js';
import { elapsedSinceFirst, wallClock } from '../clock.js';
import { type Column, tight } from '../columns.js';
import { secondsText } from '../numbers.js';

/** Which columns stand before those of a layout. */
export interface Leading {
  /** Local wall clock. */
  readonly time?: boolean;
  /** Seconds since the first row. */
  readonly timestamp?: boolean;
  /** Those known, which may become more as rows come. */
  readonly boots?: Boots | undefined;
}

/** Columns of time, which every layout starts with. Each table needs its own: they start at their first row. */
export function timeColumns({ time = false, timestamp = false, boots }: Leading): Column[] {
  return [...(time ? [tight('TIME', 13, wallClock())] : []), ...(timestamp ? [secondsColumn(boots)] : [])];
}

function secondsColumn(boots?: Boots): Column {
  const elapsed = elapsedSinceFirst(boots);
  const text = secondsText();
  return tight('TIME(s)', 9, record => {
    const us = elapsed(record);
    return us === undefined ? us : text(us);
  });
}

/** tcptracer's verbose time: nanoseconds, of which the last three digits are zero here. */
export function nanosecondsColumn(boots?: Boots): Column {
  const elapsed = elapsedSinceFirst(boots);
  return tight('TIME(ns)', 14, record => {
    const us = elapsed(record);
    return us === undefined ? us : us * 1000;
  });
}
