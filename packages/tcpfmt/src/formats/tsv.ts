import { printable } from '@tcppipe/events';
import { cellText } from '../cell.js';
import { rowFormat } from './row-format.js';

const escapes = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\\', '\\\\'],
]);

/** TSV: values that are not known are empty; tab, newline and backslash stand as `\t`, `\n` and `\\`. */
export const tsv = rowFormat({
  open: '',
  between: '\t',
  close: '',
  special: '\\',
  // Of text before the unprintable is, so that a `\x1b` in the output is never text of the record.
  escaped: value => (typeof value === 'string' ? printable(escaped(value)) : escaped(cellText(value) ?? '')),
});

function escaped(text: string): string {
  return text.replace(/[\t\n\\]/g, char => escapes.get(char)!);
}
