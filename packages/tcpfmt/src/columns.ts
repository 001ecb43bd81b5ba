import type { AnyRecord } from '@tcppipe/events';
import { padded } from './width.js';

/** One column of a table for people. */
export interface Column {
  readonly title: string;
  /** Columns of the terminal it is filled to; what is longer overflows. */
  readonly width: number;
  /** What stands before it, even in the first place. */
  readonly gap: '' | ' ';
  /** Text that is safe to show. */
  cell(record: AnyRecord): string;
  /** True for a column that stands in rows, but not in the header. */
  readonly untitled?: boolean;
}

/** A column with a blank before it: the usual case. */
export function column(title: string, width: number, cell: Column['cell']): Column {
  return { title, width, gap: ' ', cell };
}

/** A column without a blank before it: the first, or one after a column that is wide enough for its own. */
export function tight(title: string, width: number, cell: Column['cell']): Column {
  return { title, width, gap: '', cell };
}

export function headerLine(columns: readonly Column[]): string {
  return columns
    .filter(({ untitled }) => !untitled)
    .map(({ gap, title, width }) => gap + padded(title, width))
    .join('');
}

export function rowLine(columns: readonly Column[], record: AnyRecord): string {
  let line = '';
  for (const { gap, width, cell } of columns) line += gap + padded(cell(record), width);
  return line;
}
