import { type AnyRecord, flatFields, flatTypes } from '@tcppipe/events';
import { createScanner, type Scan } from '@tcppipe/native/scan';
import { type LineTaker, Rows } from './rows.js';

/** Lists of fields. */
export type Keys = readonly (readonly string[])[];

/** Numbers lines by some of their fields. Readers that share it give the same number to the same bytes. */
export class LineNumbers {
  readonly scan: Scan | undefined;

  /** A line has a number for each of `keys`, which names the fields that it is about. */
  constructor(readonly keys: Keys = []) {
    this.scan = createScanner(flatFields, flatTypes, keys);
  }
}

/**
 * Finds the records in blocks of whole lines without parsing JSON, as far as they have the shape in which sources and
 * tcpjoin write them; other lines are handed on as they are. Lines and their records are valid until the next call.
 */
export class FlatLines {
  private readonly found: Rows[] = [];

  /** `rows`: for how many lines there is room to begin with, and how much is made at a time where there are more. */
  constructor(
    private readonly numbers = new LineNumbers(),
    private readonly rows?: number,
  ) {}

  /** Goes through the lines of `blocks`, each of which ends with a newline, in their order. */
  read(blocks: readonly Buffer[], taker: LineTaker): void {
    const { numbers, found } = this;
    const { scan } = numbers;
    let used = 0;
    for (const block of blocks) {
      if (!scan) {
        taker.other(block);
        continue;
      }
      for (let from = 0; from < block.length; used++) {
        found[used] ??= new Rows(numbers.keys.length, this.rows);
        from = found[used]!.read(scan, block, from, taker);
      }
    }
  }
}

/** Reads lines again, one at a time, that were found to be flat: so their records need not be kept, only their bytes. */
export class FlatLinesAgain {
  private readonly scan = createScanner(flatFields, flatTypes, []);
  private readonly rows = new Rows(0, 1);

  /** The record of the line that begins at `start`, up to its newline. Valid until the next call. */
  record(bytes: Buffer, start: number): AnyRecord {
    return this.rows.readAgain(this.scan!, bytes, start).record;
  }
}
