import { cellText } from '../cell.js';
import { rowFormat } from './row-format.js';

/**
 * Spreadsheets take a cell that starts so for a formula; the wide ones are what some read as the same. Where the comma is for
 * decimals they begin a cell behind a semicolon, quoted or not.
 */
const formula = '[=+\\-@\\t\\r＝＋－＠]';
const formulaStart = new RegExp(`^${formula}`);
const formulaBehindSemicolon = new RegExp(`;(?=${formula})`, 'g');

/** CSV (RFC 4180): values that are not known are empty, text that looks like a formula is marked with `'`. */
export const csv = rowFormat({
  open: '',
  between: ',',
  close: '',
  special: '",;',
  specialFirst: '=+-@',
  escaped(value) {
    const text = cellText(value) ?? '';
    const mark = typeof value === 'string' && formulaStart.test(value) ? `'` : '';
    const inert = `${mark}${text.replace(formulaBehindSemicolon, `;'`)}`;
    return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
  },
});
