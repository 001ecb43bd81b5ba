import type { AnyRecord } from '@tcppipe/events';

/** Where a line and the values of its fields stand in what was read. Valid as long as the line. */
export interface LineBytes {
  readonly block: Buffer;
  /** In the block: where the line begins, and its newline. */
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
  /** A number that lines with other values of the key fields never have; negative or absent where there is none. */
  readonly key?: number;
}
