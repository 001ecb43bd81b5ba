import type { AnyRecord } from '@tcppipe/events';

/** When a record happened, seconds since the epoch: a window of counts at its start. */
export function timeOf(record: AnyRecord): number | undefined {
  const time = record.type === 'count' ? record.from : record.ts;
  return typeof time === 'number' && Number.isFinite(time) ? time : undefined;
}

/**
 * Measures from the first record it is asked about: by the kernel's clock where both records have it, else by the
 * wall clock. Microseconds, whole; undefined where a record has no time.
 */
export function elapsedSinceFirst(): (record: AnyRecord) => number | undefined {
  let first: { mono: unknown; time: number | undefined } | undefined;
  return record => {
    const mono = record.mono_us;
    const time = timeOf(record);
    first ??= { mono, time };
    if (Number.isSafeInteger(mono) && Number.isSafeInteger(first.mono)) {
      return (mono as number) - (first.mono as number);
    }
    return time !== undefined && first.time !== undefined ? Math.round((time - first.time) * 1e6) : undefined;
  };
}

/** Local wall clock as HH:MM:SS.mmm, cut to the millisecond; undefined where a record has no time. */
export function wallClock(record: AnyRecord): string | undefined {
  const time = timeOf(record);
  if (time === undefined) return undefined;
  // By way of whole microseconds: 1.001 * 1000 is less than 1001.
  const date = new Date(Math.floor(Math.round(time * 1e6) / 1000));
  if (Number.isNaN(date.getTime())) return undefined;
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits);
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
