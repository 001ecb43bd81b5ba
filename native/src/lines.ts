import { addon } from './addon.js';

/**
 * What a line has at one place. Strings stand as they are and must be ASCII; numbers of a struct are little-endian, and `at` is
 * where they begin in it, in bytes.
 */
export type Piece =
  | string
  /** Digits of a number; one above `Number.MAX_SAFE_INTEGER` is refused. */
  | { readonly what: 'number'; readonly at: number; readonly bytes: 1 | 2 | 4 | 8 }
  /** Digits of a u64 of any size. */
  | { readonly what: 'digits'; readonly at: number }
  /** A u64 of nanoseconds, in whole microseconds; more than `Number.MAX_SAFE_INTEGER` are refused. */
  | { readonly what: 'micros'; readonly at: number }
  /** A u64 of nanoseconds since boot, in seconds since the epoch with at most six decimals. */
  | { readonly what: 'wall clock'; readonly at: number }
  /** From one u64 of nanoseconds to another, each in whole microseconds: milliseconds with at most three decimals. */
  | { readonly what: 'elapsed'; readonly from: number; readonly to: number }
  /** How many lines there were before. */
  | { readonly what: 'sequence' }
  /** An address in network byte order; in 16 bytes as RFC 5952 has it, and a mapped one as the IPv4 address that it is. */
  | { readonly what: 'ipv4' | 'ipv6'; readonly at: number }
  /** Text up to a zero or so many bytes, within quotes of JSON. */
  | { readonly what: 'chars'; readonly at: number; readonly bytes: number }
  | Either
  | Choice;

/** One of two lists, depending on whether the bytes there are these. */
export interface Either {
  readonly what: 'either';
  readonly at: number;
  readonly equals: Uint8Array;
  readonly same: readonly Piece[];
  readonly other: readonly Piece[];
}

/** That list which the number there is the index of; others are refused. */
export interface Choice {
  readonly what: 'choice';
  readonly at: number;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly of: readonly (readonly Piece[] | undefined)[];
}

/** What was done at one call. */
export interface Written {
  /** Where in the batch what follows begins. */
  readonly read: number;
  readonly lines: number;
  readonly bytes: number;
  /** Whether what follows is refused, and not just without room. */
  readonly refused: boolean;
}

/**
 * Writes into `target`, from byte `at` on, lines of the structs of `batch` (frames as a ring gives them) from byte `from` on, at
 * most so many as `most` and as there is room for, up to one that is refused. `sequence` is the number of the first;
 * `wallOffsetUs` is what the epoch's microseconds are ahead of those since boot.
 */
export type WriteLines = (
  batch: Uint8Array,
  from: number,
  target: Uint8Array,
  at: number,
  most: number,
  sequence: number,
  wallOffsetUs: number,
) => Written;

/** What a step of a program does; its index is enum Do of line-program.h. */
const does = [
  ...['text', 'number', 'digits', 'micros', 'wall clock', 'elapsed', 'sequence', 'ipv4', 'ipv6', 'chars'],
  ...['unless equal', 'choose', 'go', 'refuse'],
];

/** A program of steps, from pieces. */
class Program {
  readonly steps: { what: string; at?: number; size?: number; other?: number; next?: number }[] = [];
  text = '';

  add(pieces: readonly Piece[]): void {
    for (const piece of pieces) this.addPiece(piece);
  }

  numbers(): Uint32Array {
    const numbers = this.steps.map(({ what, at = 0, size = 0, other = 0, next = 0 }) => [
      ...[does.indexOf(what), at, size, other, next],
    ]);
    return Uint32Array.from(numbers.flat());
  }

  private addPiece(piece: Piece): void {
    if (typeof piece === 'string') {
      this.steps.push({ what: 'text', at: this.placeOf(piece), size: piece.length });
      return;
    }
    const { what } = piece;
    switch (what) {
      case 'sequence':
        this.steps.push({ what });
        break;
      case 'elapsed':
        this.steps.push({ what, at: piece.from, other: piece.to });
        break;
      case 'either':
        this.addEither(piece);
        break;
      case 'choice':
        this.addChoice(piece);
        break;
      case 'number':
      case 'chars':
        this.steps.push({ what, at: piece.at, size: piece.bytes });
        break;
      default:
        this.steps.push({ what, at: piece.at });
    }
  }

  private addEither({ at, equals, same, other }: Either): void {
    const text = this.placeOf(Buffer.from(equals).toString('latin1'));
    const test = { what: 'unless equal', at, size: equals.length, other: text, next: 0 };
    this.steps.push(test);
    this.add(same);
    const end = { what: 'go', next: 0 };
    if (other.length > 0) this.steps.push(end);
    test.next = this.steps.length;
    this.add(other);
    end.next = this.steps.length;
  }

  private addChoice({ at, bytes, of }: Choice): void {
    this.steps.push({ what: 'choose', at, size: bytes, other: of.length });
    const ways = of.map(pieces => ({ what: pieces ? 'go' : 'refuse', next: 0 }));
    this.steps.push(...ways);
    const ends = of.map((pieces, i) => {
      ways[i]!.next = this.steps.length;
      const end = { what: 'go', next: 0 };
      if (!pieces) return end;
      this.add(pieces);
      this.steps.push(end);
      return end;
    });
    for (const end of ends) end.next = this.steps.length;
  }

  private placeOf(text: string): number {
    const known = this.text.indexOf(text);
    if (known >= 0) return known;
    this.text += text;
    return this.text.length - text.length;
  }
}

/**
 * Of structs of `structBytes`. `jsonOf` is asked for text that is not printable ASCII which JSON has as it is, and gives what
 * stands between quotes: at most six bytes for each of its own, or the struct is refused. What it said is kept for a while.
 * @throws RangeError where a piece is beside the struct @throws AddonError as `addon`
 */
export function createLineWriter(
  pieces: readonly Piece[],
  structBytes: number,
  jsonOf: (text: Buffer) => string,
): WriteLines {
  const program = new Program();
  program.add(pieces);
  const write = addon().createLineWriter(program.numbers(), Buffer.from(program.text, 'latin1'), structBytes);
  return (batch, from, target, at, most, sequence, wallOffsetUs) =>
    write(batch, from, target, at, most, sequence, wallOffsetUs, jsonOf);
}
