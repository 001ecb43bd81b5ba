import { FlatRecord } from './flat-record.js';
import type { AnyRecord } from './types.js';

/** Where a value stands in a record: the field, then members of what it holds. */
export type Path = readonly string[];

/** The value at `path`, or undefined. Only own properties count, so `constructor` is absent unless a record has it. */
export function valueAt(record: AnyRecord, path: Path): unknown {
  if (record instanceof FlatRecord && path.length === 2)
    return FlatRecord.memberOf(record, path[0]!, path[1]!);
  let value: unknown = record;
  for (const name of path) {
    if (value instanceof FlatRecord) {
      value = FlatRecord.valueOf(value, name);
      continue;
    }
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as AnyRecord)[name];
  }
  return value;
}
