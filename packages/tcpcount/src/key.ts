import { type AnyRecord, byText, flatFields, type Path, valueAt } from '@tcppipe/events';

/** The values of the key fields, in the order of the paths; undefined for those a record does not have. */
export type Key = readonly unknown[];

/** Fields by which a reader can number records so that the same number means the same key; none where it cannot. */
export function numberedBy(paths: readonly Path[]): string[][] {
  const names = paths.map(path => path.join('.'));
  return names.every(name => flatFields.some(field => field.name === name)) ? [names] : [];
}

/** Text that is the same for two records exactly when all their key values are: each value says where it ends. */
export function keyText(record: AnyRecord, paths: readonly Path[]): string {
  let text = '';
  for (const path of paths) text += delimited(valueAt(record, path));
  return text;
}

function delimited(value: unknown): string {
  if (typeof value === 'string') return `${value.length}:${value}`;
  if (typeof value === 'number') return `#${value};`;
  if (value === undefined) return '-';
  const json = JSON.stringify(value);
  return `j${json.length}:${json}`;
}

/** Field by field: absent values first, then numbers, then text by code unit, then everything else as JSON. */
export function compareKeys(a: Key, b: Key): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareValues(a[i], b[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return byText(a, b);
  return kindRank(a) - kindRank(b) || byText(JSON.stringify(a) ?? '', JSON.stringify(b) ?? '');
}

function kindRank(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return 1;
  return typeof value === 'string' ? 2 : 3;
}
