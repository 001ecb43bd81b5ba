import { cellText } from '../cell.js';

/** A row of a Markdown table. What would end a cell, or start HTML, a link or an image, is escaped. */
export function markdownRow(values: readonly unknown[]): string {
  return `| ${values.map(markdownCell).join(' | ')} |`;
}

/** The line below the header, which makes it a table. */
export function markdownRule(columns: number): string {
  return `|${' --- |'.repeat(columns)}`;
}

function markdownCell(value: unknown): string {
  return (cellText(value) ?? '').replace(/[\\|<[]/g, '\\$&');
}
