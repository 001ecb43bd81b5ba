import type { AnyRecord } from '@tcppipe/events';

/** Whole lines, from byte `from` to before `to`. */
export interface Block {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Where a line and the values of its fields stand in what was read. Valid as long as the line. */
export interface LineBytes {
  /** The same object for all lines that were found in it. */
  readonly block: Block;
  /** In the bytes of the block: where the line begins, and its newline. */
  readonly start: number;
  readonly end: number;
  /**
   * Where the line has what `String` gives for a field, by its index in `flatFields`: for `placeStart` and `placeLength`.
   * Negative where one has to ask for the value, if there is any.
   */
  place(field: number): number;
}

/** A record as it came in: filters that pass it on unchanged write `text`. Valid until the next batch is asked for. */
export interface Line {
  readonly text: string;
  readonly record: AnyRecord;
  /** Whether the text is known to be ASCII without controls. */
  readonly isPlain?: boolean;
  /** Of a line that is plain, and whose record was never parsed. */
  readonly bytes?: LineBytes;
  /** A number that lines with other values of these key fields never have; negative or absent where there is none. */
  key?(index: number): number;
}
