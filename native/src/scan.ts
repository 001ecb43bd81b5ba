import { optionalAddon } from './addon.js';

/** One field of the shape; the first is the type, whose values are listed apart. */
export interface ScanField {
  readonly name: string;
  /** Anything else is `json`: a list, an object, any plain value. */
  readonly kind: 'type' | 'number' | 'boolean' | 'string' | 'string or null' | 'json';
}

/**
 * Fills rows of `rowWidth(fields)` numbers, one per line of known form that a newline ends, from byte `from` on, until
 * `rows` is full. Returns how many.
 */
export type Scan = (block: Uint8Array, from: number, rows: Float64Array) => number;

interface ScanAddon {
  createScanner(
    fields: readonly ScanField[],
    types: readonly string[],
    keys: readonly (readonly string[])[],
  ): Scan & { readonly rowWidth?: number };
}

/** Numbers of a row, as in scanner.h: where the line begins and ends (its newline), its form, its keys, the fields. */
export const lineStart = 0;
export const lineEnd = 1;
export const lineForm = 2;
export const firstKey = 3;

export function firstField(keys: number): number {
  return firstKey + keys;
}

export function rowWidth(fields: readonly ScanField[], keys: number): number {
  return firstField(keys) + fields.length + fields.filter(isNumber).length;
}

/**
 * By field, which number behind `firstField` is the place of its text in the line; -1 for one that has none, because its
 * value is no text and no number. Those of numbers stand behind all fields; they are NaN for one not written as JavaScript does.
 */
export function placeCells(fields: readonly ScanField[]): number[] {
  let ofNumber = fields.length;
  return fields.map((field, index) => {
    if (isNumber(field)) return ofNumber++;
    return field.kind === 'string' || field.kind === 'string or null' ? index : -1;
  });
}

function isNumber({ kind }: ScanField): boolean {
  return kind === 'number';
}

/** The form of a line that has the shape. */
export const flat = 1;
/**
 * What is wrong with a line that is no record, by its form, the first behind `flat`: ASCII that is no JSON object, or one of
 * more than 500 levels; longer than 16 KiB; not UTF-8.
 */
export const faults = ['notJson', 'tooLong', 'notUtf8'] as const;
export type Fault = (typeof faults)[number];

/** The key of a line that is not known by one. */
export const noKey = -1;

/** kMaxKeys in key-table.cc. */
export const keysKnown = 32_768;

/** A place, which is the number of a string or JSON: where it stands in its line, above so many bits of its length. */
export const lengthBits = 14;
/** Instead of a place, where the value is null. */
export const nullText = -1;

/**
 * A scanner for lines `{"type":"…",…}` with these fields in this order, any but the first absent, in JSON without space,
 * escapes, anything but printable ASCII, and exponents. Numbers are without sign, and such that a double holds them
 * exactly as written or nearest to it; `json` is nested four levels at most.
 * A number of a row is its value, a type its index in `types`, a boolean 1 or 0, a string or JSON its place; NaN is absent.
 * A key of a row stands for the bytes of the fields named in one of `keys`: no others ever have the same number, and the
 * same most often do; `noKey` or one of 0, 1, 2…, handed out in this order, the last `keysKnown` of which still count. Of a
 * line with a fault only where it stands is said; one of any other shape has no row.
 * Undefined where the addon is not built: it only saves time.
 * @throws Error where it was built of other sources
 */
export function createScanner(
  fields: readonly ScanField[],
  types: readonly string[],
  keys: readonly (readonly string[])[],
): Scan | undefined {
  const addon = optionalAddon<ScanAddon>('scan');
  if (!addon) return undefined;
  const scan = addon.createScanner(fields, types, keys);
  if (scan.rowWidth !== rowWidth(fields, keys.length))
    throw new Error('the scan addon is of other sources: npm run build');
  return scan;
}
