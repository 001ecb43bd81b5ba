import type { AnyRecord } from './types.js';

/**
 * Clocks that say the same within this many microseconds are taken for those of one boot: the origin of a boot, as the wall clock
 * less the kernel's, moves when the wall clock is set right.
 */
export const sameBootUs = 60e6;

/** When a record happened, seconds since the epoch: a window of counts at its start. Undefined where it does not say. */
export function timeOf(record: AnyRecord): number | undefined {
  const time = record.type === 'count' ? record.from : record.ts;
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
}
