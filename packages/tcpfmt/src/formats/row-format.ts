import { numberText } from '../numbers.js';
import type { IsSafe } from '../woven-row.js';

/** How a row of values is written in a format for machines. */
export interface RowFormat {
  /** What stands before, between and after the cells. */
  readonly open: string;
  readonly between: string;
  readonly close: string;
  /** Absent where all text of a plain line may stand in a cell as it is. */
  readonly isSafe?: IsSafe | undefined;
  /** A cell; one for a value that is not known is empty. */
  cell(value: unknown): string;
}

/** What makes a format. */
interface Spec extends Omit<RowFormat, 'cell' | 'isSafe'> {
  /** Characters of ASCII that cannot stand as they are in a cell. */
  readonly special: string;
  /** Further ones that cannot be its first. */
  readonly specialFirst?: string;
  /** The cell of any value. */
  escaped(value: unknown): string;
}

/** A format that escapes only where there is something to escape: nearly every value is a number or plain text. */
export function rowFormat({ special, specialFirst = '', escaped, ...around }: Spec): RowFormat {
  const first = safeCodes(special + specialFirst);
  const safe = safeCodes(special);
  return {
    ...around,
    isSafe: /[^"\\]/.test(special + specialFirst) ? areSafe(first, safe) : undefined,
    cell(value) {
      if (typeof value === 'number') return numberText(value);
      if (value === undefined || value === null) return '';
      if (typeof value === 'string' && isSafe(value, first, safe)) return value;
      return escaped(value);
    },
  };
}

/** By character code: 1 for printable ASCII that is not in `special`. */
function safeCodes(special: string): Uint8Array {
  const safe = new Uint8Array(0x7f).fill(1, 0x20);
  for (const char of special) safe[char.charCodeAt(0)] = 0;
  return safe;
}

/** The same of bytes. */
function areSafe(first: Uint8Array, rest: Uint8Array): IsSafe {
  return (bytes, start, end) => {
    if (start < end && first[bytes[start]!] !== 1) return false;
    for (let i = start + 1; i < end; i++) if (rest[bytes[i]!] !== 1) return false;
    return true;
  };
}

function isSafe(text: string, first: Uint8Array, rest: Uint8Array): boolean {
  if (first[text.charCodeAt(0)] !== 1) return text === '';
  for (let i = 1; i < text.length; i++) if (rest[text.charCodeAt(i)] !== 1) return false;
  return true;
}
