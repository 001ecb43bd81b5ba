import { type AnyRecord, flatFields, flatTypes } from '@tcppipe/events';
import { createScanner, type Scan } from '@tcppipe/native/scan';
import { type LineTaker, Rows } from './rows.js';

/** Lists of fields. */
export type Keys = readonly (readonly string[])[];

/**
 * Finds the records in blocks of whole lines without parsing JSON, as far as they have the shape in which sources and
 * tcpjoin write them; other lines are handed on as they are. Lines and their records are valid until the next call.
 */
export class FlatLines {
  private readonly scan: Scan | undefined;
  private readonly found: Rows[] = [];

  /** Lines are numbered by the fields called so in each of `keys`, the same way as long as this lives. */
  constructor(private readonly keys: Keys = []) {
    this.scan = createScanner(flatFields, flatTypes, keys);
  }

  /** Goes through the lines of `blocks`, each of which ends with a newline, in their order. */
  read(blocks: readonly Buffer[], taker: LineTaker): void {
    const { scan, found } = this;
    let used = 0;
    for (const block of blocks) {
      if (!scan) {
        taker.other(block);
        continue;
      }
      for (let from = 0; from < block.length; used++) {
        found[used] ??= new Rows(this.keys.length);
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
