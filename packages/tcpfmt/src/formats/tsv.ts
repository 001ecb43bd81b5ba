import { cellText } from '../cell.js';

const escapes = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\\', '\\\\'],
]);

/** A row of TSV: values that are not known are empty; tab, newline and backslash stand as `\t`, `\n` and `\\`. */
export function tsvRow(values: readonly unknown[]): string {
  return values.map(value => tsvCell(value)).join('\t');
}

/** Escaped before what cannot be shown is, so that a `\x1b` in the output is never text of the record. */
function tsvCell(value: unknown): string {
  const escaped = typeof value === 'string' ? value.replace(/[\t\n\\]/g, char => escapes.get(char)!) : value;
  return cellText(escaped) ?? '';
}
