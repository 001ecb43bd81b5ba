import { fieldNames } from './fields.js';
import type { Path } from './path.js';

/** The paths in the order in which a count record carries them: that of the field list, unknown fields last. */
export function inRecordOrder(paths: readonly Path[]): Path[] {
  const rank = ([field]: Path) => {
    const index = (fieldNames as string[]).indexOf(field!);
    return index < 0 ? fieldNames.length : index;
  };
  return paths.toSorted((a, b) => rank(a) - rank(b) || byText(a.join('.'), b.join('.')));
}

/** For sorting, by code units: the same in every locale. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
