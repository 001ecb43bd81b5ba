import { type AnyRecord, sameBootUs, timeOf } from '@tcppipe/events';
import { Boots } from './boots.js';
import { milliText } from './numbers.js';

/**
 * Measures from the first record with a time that it is asked about: by the kernel's clock where both records have it and are of one
 * boot, else by the wall clock. Microseconds, whole; undefined where a record has no time.
 */
export function elapsedSinceFirst(boots = new Boots()): (record: AnyRecord) => number | undefined {
  let first: { mono: unknown; time: number | undefined; run: unknown } | undefined;
  return record => {
    const mono = record.mono_us;
    const time = timeOf(record);
    if (time === undefined && !Number.isSafeInteger(mono)) return undefined;
    first ??= { mono, time, run: record.run };
    const wallUs =
      time === undefined || first.time === undefined ? undefined : Math.round((time - first.time) * 1e6);
    if (!Number.isSafeInteger(mono) || !Number.isSafeInteger(first.mono)) return wallUs;
    const kernelUs = (mono as number) - (first.mono as number);
    const agree = wallUs === undefined || Math.abs(wallUs - kernelUs) < sameBootUs;
    // The run is not asked for in vain: it is text, and nearly all records need none.
    if (agree && !boots.areSeveral) return kernelUs;
    return (boots.areOne(record.run, first.run) ?? agree) ? kernelUs : wallUs;
  };
}

/** Local wall clock as HH:MM:SS.mmm, cut to the millisecond; undefined where a record has no time. */
export function wallClock(): (record: AnyRecord) => string | undefined {
  let lastSecond: number | undefined;
  let lastText: string | undefined;
  return record => {
    const time = timeOf(record);
    if (time === undefined) return undefined;
    // By way of whole microseconds: 1.001 * 1000 is less than 1001.
    const ms = Math.floor(Math.round(time * 1e6) / 1000);
    const second = Math.floor(ms / 1000);
    if (second !== lastSecond) {
      lastText = timeOfDay(second);
      lastSecond = second;
    }
    return lastText && `${lastText}.${milliText(ms - second * 1000)}`;
  };
}

/** Local HH:MM:SS of seconds since the epoch; undefined outside the range of Date. */
function timeOfDay(second: number): string | undefined {
  const date = new Date(second * 1000);
  if (Number.isNaN(date.getTime())) return undefined;
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':');
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
