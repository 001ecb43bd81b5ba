import { cellText } from '../cell.js';

/** Spreadsheets take a cell that starts so for a formula; the wide ones are what some read as the same. */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/;

/** A row of CSV (RFC 4180): values that are not known are empty, text that looks like a formula is marked with `'`. */
export function csvRow(values: readonly unknown[]): string {
  return values.map(csvCell).join(',');
}

function csvCell(value: unknown): string {
  const text = cellText(value) ?? '';
  if (typeof value === 'number') return text;
  const inert = typeof value === 'string' && formulaStart.test(value) ? `'${text}` : text;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
