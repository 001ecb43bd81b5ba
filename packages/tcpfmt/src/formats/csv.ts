import { cellText } from '../cell.js';
import { rowFormat } from './row-format.js';

/** Spreadsheets take a cell that starts so for a formula; the wide ones are what some read as the same. */
const formulaStart = /^[=+\-@\t\r＝＋－＠]/;

/** CSV (RFC 4180): values that are not known are empty, text that looks like a formula is marked with `'`. */
export const csv = rowFormat({
  open: '',
  between: ',',
  close: '',
  special: '",',
  specialFirst: '=+-@',
  escaped(value) {
    const text = cellText(value) ?? '';
    const inert = typeof value === 'string' && formulaStart.test(value) ? `'${text}` : text;
    return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  },
});
