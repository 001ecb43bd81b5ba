import { createRequire } from 'node:module';

/** One field of the shape; the first is the type, whose values are listed apart. */
export interface ScanField {
  readonly name: string;
  /** A boolean is `true` where it is present at all. */
  readonly kind: 'string' | 'number' | 'boolean';
}

/**
 * Fills rows of `rowWidth(fields)` numbers, one per line that a newline ends, from byte `from` on, until `rows` is full.
 * Returns how many.
 */
export type Scan = (block: Uint8Array, from: number, rows: Float64Array) => number;

interface ScanAddon {
  createScanner(fields: readonly ScanField[], types: readonly string[]): Scan;
}

/** Numbers of a row, as in scan.cc: where the line begins and ends (its newline), 1 if it has the shape, and the fields. */
export const lineStart = 0;
export const lineEnd = 1;
export const lineIsFlat = 2;
export const firstField = 3;

export function rowWidth(fields: readonly ScanField[]): number {
  return firstField + fields.length;
}

/** The number of a string field: where in its line the string stands, above so many bits of its length. */
export const lengthBits = 14;

/**
 * A scanner for lines `{"type":"…",…}` with these fields in this order, any but the first absent: numbers that a double
 * holds exactly as written or nearest to it, without sign and exponent; strings of printable ASCII without escapes; `true`.
 * A number field of a row is its value, a type its index in `types`, a string its place; NaN is absent. Of a line of any
 * other shape, or above 16 KiB, only where it stands is said. Undefined where the addon is not built.
 */
export function createScanner(fields: readonly ScanField[], types: readonly string[]): Scan | undefined {
  let addon: ScanAddon;
  try {
    addon = createRequire(import.meta.url)('../build/Release/scan.node') as ScanAddon;
  } catch {
    return undefined; // it only saves time
  }
  return addon.createScanner(fields, types);
}
