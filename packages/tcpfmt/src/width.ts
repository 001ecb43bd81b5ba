import { isPlain } from '@tcppipe/events';
import { eastAsianWidth } from 'get-east-asian-width';

/** Marks without a place of their own, and the vowels and final consonants that join a Hangul syllable. */
const combining = /^[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]$/u;

/** Columns of a terminal that `text` takes: 2 for wide East Asian characters (UAX #11), 0 for what combines; as wcwidth(3). */
export function displayWidth(text: string): number {
  if (isPlain(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** Runs of blanks by their length, as most columns need them. */
const blanks = Array.from({ length: 40 }, (_, length) => ' '.repeat(length));

/** `text` filled with blanks to `width` columns; longer text stays whole. */
export function padded(text: string, width: number): string {
  return filled(text, width, displayWidth(text));
}

/** `text`, which takes `taken` columns, filled with blanks to `width`. */
export function filled(text: string, width: number, taken = text.length): string {
  const missing = width - taken;
  return missing > 0 ? text + (blanks[missing] ?? ' '.repeat(missing)) : text;
}

/** As much of `text` as fits into `width` columns. */
export function cut(text: string, width: number): string {
  if (isPlain(text)) return text.length > width ? text.slice(0, width) : text;
  let taken = '';
  let left = width;
  for (const char of text) {
    left -= charWidth(char);
    if (left < 0) break;
    taken += char;
  }
  return taken;
}

function charWidth(char: string): number {
  return combining.test(char) ? 0 : eastAsianWidth(char.codePointAt(0)!);
}
