import { type AnyRecord, isPlain } from '@tcppipe/events';
import { tableCell } from './cell.js';
import { numberText } from './numbers.js';
import { cut, filled, padded } from './width.js';

/** One column of a table for people. */
export interface Column {
  readonly title: string;
  /** Columns of the terminal it is filled to; what is longer overflows. */
  readonly width: number;
  /** What stands before it, even in the first place. */
  readonly gap: '' | ' ';
  /** What it shows of a record; rows make it safe. */
  value(record: AnyRecord): unknown;
  /** The field that is all it shows. */
  readonly field?: string;
  /** Columns of the terminal after which it is cut. */
  readonly most?: number;
  /** True for a column that stands in rows, but not in the header. */
  readonly untitled?: boolean;
}

/** What a column shows of a record, or the field whose value it shows. */
type Shown = Column['value'] | string;

/** A column with a blank before it: the usual case. */
export function column(title: string, width: number, shown: Shown): Column {
  return { title, width, gap: ' ', ...showing(shown) };
}

/** A column without a blank before it: the first, or one after a column that is wide enough for its own. */
export function tight(title: string, width: number, shown: Shown): Column {
  return { title, width, gap: '', ...showing(shown) };
}

function showing(shown: Shown): Pick<Column, 'field' | 'value'> {
  return typeof shown === 'string' ? { field: shown, value: record => record[shown] } : { value: shown };
}

/** A column without a title: in rows only, not filled. */
export function untitled(gap: Column['gap'], value: Column['value']): Column {
  return { title: '', width: 0, gap, value, untitled: true };
}

export function headerLine(columns: readonly Column[]): string {
  return columns
    .filter(({ untitled }) => !untitled)
    .map(({ gap, title, width }) => gap + padded(title, width))
    .join('');
}

export function rowLine(columns: readonly Column[], record: AnyRecord): string {
  let line = '';
  for (const { gap, width, value, most } of columns) line += gap + cell(value(record), width, most);
  return line;
}

/** A cell of a record from a plain line, not filled. */
export function plainCell({ value, most }: Column, record: AnyRecord): string {
  const shown = value(record);
  if (typeof shown === 'number') return numberText(shown);
  const text = typeof shown === 'string' ? shown : tableCell(shown);
  return most === undefined ? text : text.slice(0, most);
}

/** Nearly every value is a number or plain text, of which nothing needs to be escaped and each character takes a column. */
function cell(value: unknown, width: number, most = Number.POSITIVE_INFINITY): string {
  if (typeof value === 'number') return filled(numberText(value), width);
  if (typeof value !== 'string' || !isPlain(value)) return padded(cut(tableCell(value), most), width);
  return filled(value.length > most ? value.slice(0, most) : value, width);
}
