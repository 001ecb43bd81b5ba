import type { Line } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous, type Path, valueAt } from '@tcppipe/events';
import { elapsedSinceFirst, wallClock } from './clock.js';
import { type Column, headerLine, plainCell, rowLine } from './columns.js';
import { csv } from './formats/csv.js';
import { jsonRow } from './formats/json.js';
import { markdown, markdownRule } from './formats/markdown.js';
import { tsv } from './formats/tsv.js';
import type { Leading } from './layouts/time.js';
import { rowWeaver, type WeaveRow } from './woven-row.js';

/** How records become lines. */
export interface Renderer {
  readonly header: readonly string[];
  row(line: Line): string;
  /** Writes the same row of a record from a plain line. */
  readonly weave?: WeaveRow;
}

const bold = '\x1b[1m';
const red = '\x1b[31m';
const plain = '\x1b[0m';

/** A table for people; in colour the header is bold, and what failed is red. */
export function tableRenderer(columns: readonly Column[], color: boolean): Renderer {
  const header = headerLine(columns);
  if (!color) {
    return {
      header: [header],
      row: ({ record }) => rowLine(columns, record),
      weave: rowWeaver({
        open: '',
        filling: ' ',
        close: '',
        columns: columns.map(column => ({
          field: column.field,
          before: column.gap.length,
          width: column.width,
          most: column.most ?? Number.MAX_SAFE_INTEGER,
          cell: record => plainCell(column, record),
        })),
      }),
    };
  }
  return {
    header: [bold + header + plain],
    row: ({ record }) => (failed(record) ? red + rowLine(columns, record) + plain : rowLine(columns, record)),
  };
}

function failed({ type, rcode }: AnyRecord): boolean {
  return type === 'failed' || (type === 'dns' && typeof rcode === 'string' && rcode !== 'NOERROR');
}

/** NDJSON: chosen fields, or the line as it came, with what a terminal may obey escaped. */
export function jsonRenderer(paths: readonly Path[] | undefined): Renderer {
  if (paths) {
    // An object has each key once, however often the field was chosen.
    const once = [...new Map(paths.map(path => [path.join('.'), path])).values()];
    return { header: [], row: ({ record }) => jsonRow(once, record) };
  }
  return {
    header: [],
    row: ({ text }) => escapeDangerous(text),
    weave(out, _record, { block, start, end }) {
      out.cut(block.bytes, start, end);
      out.endLine();
    },
  };
}

export interface MachineColumn {
  readonly name: string;
  /** The field that is all it shows. */
  readonly field?: string | undefined;
  value(record: AnyRecord): unknown;
}

/** Columns for machines: fields under their own names, times before them where asked for. */
export function machineColumns(paths: readonly Path[], { time, timestamp, boots }: Leading): MachineColumn[] {
  const elapsed = elapsedSinceFirst(boots);
  const seconds = (record: AnyRecord) => {
    const us = elapsed(record);
    return us === undefined ? undefined : us / 1e6;
  };
  return [
    ...(time ? [{ name: 'time', value: wallClock() }] : []),
    ...(timestamp ? [{ name: 'elapsed_s', value: seconds }] : []),
    ...paths.map(path => ({
      name: path.join('.'),
      field: path.length === 1 ? path[0] : undefined,
      value: (record: AnyRecord) => valueAt(record, path),
    })),
  ];
}

const machineFormats = { csv, tsv, markdown };

export function machineRenderer(
  format: keyof typeof machineFormats,
  columns: readonly MachineColumn[],
): Renderer {
  const { open, between, close, cell, isSafe } = machineFormats[format];
  const names = open + columns.map(({ name }) => cell(name)).join(between) + close;
  return {
    header: format === 'markdown' ? [names, markdownRule(columns.length)] : [names],
    row({ record }) {
      let line = open;
      let before = '';
      for (const { value } of columns) {
        line += before + cell(value(record));
        before = between;
      }
      return line + close;
    },
    weave: rowWeaver({
      open,
      filling: between,
      close,
      columns: columns.map(({ field, value }, index) => ({
        field,
        before: index === 0 ? 0 : between.length,
        width: 0,
        most: Number.MAX_SAFE_INTEGER,
        cell: record => cell(value(record)),
      })),
      isSafe,
    }),
  };
}
