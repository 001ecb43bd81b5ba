import { type FieldName, fields, type Path, printable, valueAt } from '@tcppipe/events';
import { decimals } from '../cell.js';
import { type Column, column, tight } from '../columns.js';
import { addressWidth } from './connect.js';
import { type Leading, timeColumns } from './time.js';

export interface FieldsOptions extends Leading {
  readonly wide?: boolean;
}

const nestedWidth = 16;

/** One column for each chosen field, in the order chosen; the last one is not filled up. */
export function fieldColumns(paths: readonly Path[], options: FieldsOptions = {}): Column[] {
  const chosen = paths.map((path, index) => {
    const { title, width, value } = fieldColumn(path, options.wide);
    const filled = index < paths.length - 1 ? width : 0;
    return index === 0 ? tight(title, filled, value) : column(title, filled, value);
  });
  return [...timeColumns(options), ...chosen];
}

/** Titled with the field's name in capitals, as wide as its values usually are. */
export function fieldColumn(path: Path, wide = false): Column {
  const title = printable(path.join('.').toUpperCase()); // the key of a count record may be anything
  const spec =
    path.length === 1 && Object.hasOwn(fields, path[0]!) ? fields[path[0] as FieldName] : undefined;
  const address = wide && isAddress(path);
  const width = address ? addressWidth(wide) : Math.max(spec?.width ?? nestedWidth, title.length);
  const inMs = spec !== undefined && 'unit' in spec && spec.unit === 'ms';
  if (inMs) return column(title, width, record => decimals(valueAt(record, path)));
  const shown = column(title, width, record => valueAt(record, path));
  return path.length === 1 ? { ...shown, field: path[0]! } : shown;
}

function isAddress(path: Path): boolean {
  return ['saddr', 'daddr', 'resolver'].includes(path.at(-1)!);
}
