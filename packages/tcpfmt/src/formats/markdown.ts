import { cellText } from '../cell.js';
import { rowFormat } from './row-format.js';

/** A Markdown table. What would end a cell, or start HTML, a link or an image, is escaped. */
export const markdown = rowFormat({
  open: '| ',
  between: ' | ',
  close: ' |',
  special: '\\|<[',
  escaped: value => (cellText(value) ?? '').replace(/[\\|<[]/g, '\\$&'),
});

/** The line below the header, which makes it a table. */
export function markdownRule(columns: number): string {
  return `|${' --- |'.repeat(columns)}`;
}
