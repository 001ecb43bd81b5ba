import type { Path } from '@tcppipe/events';
import { Expected } from './options.js';

/** A parser of decimal integers from `min` to `max`; hexadecimal, signs, blanks and fractions are refused. */
export function integer(min: number, max: number, what = 'a whole number'): (text: string) => number {
  return text => {
    const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max)) throw new Expected(`${what} from ${min} to ${max}`);
    return number;
  };
}

/** A parser of decimal numbers from `min` to `max` with an optional fraction; signs, blanks and exponents are refused. */
export function decimal(max: number, what: string, min = 0): (text: string) => number {
  return text => {
    const number = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    if (!(number >= min && number <= max)) throw new Expected(`${what} from ${min} to ${max}`);
    return number;
  };
}

/** A parser of one of `words`. */
export function oneOf<const W extends readonly string[]>(...words: W): (text: string) => W[number] {
  return text => {
    if (!words.includes(text)) throw new Expected(words.join(', ').replace(/, ([^,]*)$/, ' or $1'));
    return text;
  };
}

/** A parser of comma-separated lists without empty members. */
export function list<T>(
  parseOne: (text: string) => T,
  maxLength = Number.POSITIVE_INFINITY,
): (text: string) => T[] {
  return text => {
    const parts = text.split(',');
    if (parts.length > maxLength) throw new Expected(`at most ${maxLength} values`);
    if (parts.includes('')) throw new Expected('values separated by single commas');
    return parts.map(parseOne);
  };
}

/** Any text that is not empty, such as a path. */
export function text(what: string): (text: string) => string {
  return given => {
    if (given === '') throw new Expected(what);
    return given;
  };
}

export const pid = integer(1, 4_194_304, 'a process id');
export const uid = integer(0, 4_294_967_294, 'a user id');
export const port = integer(1, 65_535, 'a port number');

/** The name of a field of a record, with dots for what it holds: `daddr`, `dns.age_ms`, `answers.0.data`. */
export function fieldPath(text: string): Path {
  if (!/^[A-Za-z_]\w*(\.\w+)*$/.test(text)) throw new Expected('field names such as daddr or dns.age_ms');
  return text.split('.');
}
