import { type AnyRecord, escapeDangerous, type Path, valueAt } from '@tcppipe/events';

/** One JSON object with the chosen fields, named as they were asked for; those not known are left out. */
export function jsonRow(paths: readonly Path[], record: AnyRecord): string {
  const members: string[] = [];
  for (const path of paths) {
    const value = valueAt(record, path);
    if (value !== undefined) members.push(`${JSON.stringify(path.join('.'))}:${JSON.stringify(value)}`);
  }
  return escapeDangerous(`{${members.join(',')}}`);
}
