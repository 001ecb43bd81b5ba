import { printable, serialise } from '@tcppipe/events';

/** What stands in a table for a value that a record does not have. */
export const absent = '-';

/** A value as text that is safe to show; undefined for one that is not known. Lists and objects are JSON. */
export function cellText(value: unknown): string | undefined {
  if (typeof value === 'string') return printable(value);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') return serialise(value);
  return String(value);
}

/** A value for a table. */
export function tableCell(value: unknown): string {
  return cellText(value) ?? absent;
}

/** A number with three decimals, such as milliseconds down to the microsecond; any other value as it is. */
export function decimals(value: unknown): unknown {
  return typeof value === 'number' ? value.toFixed(3) : value;
}
