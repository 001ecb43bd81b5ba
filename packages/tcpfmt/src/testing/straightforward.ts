import { type AnyRecord, type Path, valueAt } from '@tcppipe/events';
import { eastAsianWidth } from 'get-east-asian-width';
import { wallClock } from '../clock.js';
import type { Column } from '../columns.js';
import type { FormatOptions } from '../formatter.js';
import { type Layout, layoutColumns, layoutFields } from '../layout.js';
import { fieldColumns } from '../layouts/index.js';

/*
 * What rows must be, written without any regard to speed: every value is made text, every text escaped character by
 * character and measured, every row joined from cells. The formatter must write the same bytes.
 */

const unprintable = /[\p{Cc}\p{Cs}\p{Cf}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u;

function shown(char: string): string {
  if (!unprintable.test(char)) return char;
  const code = char.codePointAt(0)!;
  const hex = (digits: number) => code.toString(16).padStart(digits, '0');
  if (code < 0x100) return `\\x${hex(2)}`;
  return code < 0x10000 ? `\\u${hex(4)}` : `\\u{${hex(1)}}`;
}

function shownInJson(char: string): string {
  if (!unprintable.test(char)) return char;
  return char
    .split('')
    .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function textOf(value: unknown, absent: string): string {
  if (value === undefined || value === null) return absent;
  if (typeof value === 'object') return [...JSON.stringify(value)].map(shownInJson).join('');
  return [...String(value)].map(shown).join('');
}

function charWidth(char: string): number {
  return /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u.test(char) ? 0 : eastAsianWidth(char.codePointAt(0)!);
}

/** Columns of a terminal. */
export function widthOf(text: string): number {
  return [...text].reduce((width, char) => width + charWidth(char), 0);
}

function tableCell(
  { gap, width, most = Number.POSITIVE_INFINITY, value }: Column,
  record: AnyRecord,
): string {
  let cell = '';
  let taken = 0;
  for (const char of textOf(value(record), '-')) {
    if (taken + charWidth(char) > most) break;
    cell += char;
    taken += charWidth(char);
  }
  return gap + cell + ' '.repeat(Math.max(width - taken, 0));
}

/** With the mark of what a spreadsheet takes for a formula, if `value` is that. */
function marked(text: string, value: unknown): string {
  return typeof value === 'string' && /^[=+\-@\t\r＝＋－＠]/.test(value) ? `'${text}` : text;
}

const machineRows = {
  csv(values: unknown[]): string {
    const cells = values.map(value => {
      const [first, ...others] = textOf(value, '').split(';') as [string];
      const text = [marked(first, value), ...others.map(other => marked(other, other))].join(';');
      return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    });
    return cells.join(',');
  },
  tsv(values: unknown[]): string {
    const escaped = (text: string) =>
      text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n');
    return values
      .map(value => (typeof value === 'string' ? textOf(escaped(value), '') : escaped(textOf(value, ''))))
      .join('\t');
  },
  markdown(values: unknown[]): string {
    const cells = values.map(value => textOf(value, '').replaceAll(/[\\|<[]/g, char => `\\${char}`));
    return `| ${cells.join(' | ')} |`;
  },
};

export interface Shape {
  readonly format: keyof typeof machineRows | 'table';
  readonly layout: Layout;
  readonly fields: readonly Path[] | undefined;
}

/** The rows of records that all fit; the first one decides on columns, of counts all of them. */
export function straightforward(
  { format, layout, fields }: Shape,
  options: FormatOptions,
  records: AnyRecord[],
): string[] {
  const sample = layout === 'count' ? records.reduce(together) : records[0]!;
  if (format === 'table') {
    const columns = fields ? fieldColumns(fields, options) : layoutColumns(layout, options, sample);
    return records.map(record => columns.map(column => tableCell(column, record)).join(''));
  }
  const paths = fields ?? layoutFields(layout, sample);
  const clock = wallClock();
  return records.map(record =>
    machineRows[format]([
      ...(options.time ? [clock(record)] : []),
      ...paths.map(path => valueAt(record, path)),
    ]),
  );
}

/** A record with the fields of both. */
function together(a: AnyRecord, b: AnyRecord): AnyRecord {
  const isObject = (value: unknown): value is AnyRecord =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const both = Object.entries(b).map(([name, value]) => {
    const other = Object.hasOwn(a, name) ? a[name] : undefined;
    return [name, isObject(value) && isObject(other) ? { ...other, ...value } : value];
  });
  return { ...a, ...Object.fromEntries(both) };
}
