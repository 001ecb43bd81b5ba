import type { AnyRecord } from '@tcppipe/events';

/** A record as it came in: filters that pass it on unchanged write `text`. Valid until the next batch is asked for. */
export interface Line {
  readonly text: string;
  readonly record: AnyRecord;
  /** Whether the text is known to be ASCII without controls. */
  readonly isPlain?: boolean;
  /** A number that lines with other values of the key fields never have; negative or absent where there is none. */
  readonly key?: number;
}
