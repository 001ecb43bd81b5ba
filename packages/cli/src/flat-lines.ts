import { type AnyRecord, type FlatSource, flatFields, flatRecord, tcpTypes } from '@tcppipe/events';
import {
  createScanner,
  firstField,
  lengthBits,
  lineEnd,
  lineIsFlat,
  lineStart,
  rowWidth,
} from '@tcppipe/native/scan';

const scan = createScanner(flatFields, tcpTypes);
const width = rowWidth(flatFields);
/** A chunk of the shortest records that sources write has about as many. */
const maxRows = 512;
const lengthMask = 2 ** lengthBits - 1;
const kinds = flatFields.map(({ kind }, field) => (field === 0 ? 'type' : kind));

/** Takes a flat record and its text, or the bytes of lines of another shape. */
export interface LineTaker {
  flat(text: string, record: AnyRecord): void;
  other(lines: Buffer): void;
}

/**
 * Finds the records in blocks of whole lines without parsing JSON, as far as they have the shape in which sources write
 * connections; other lines are handed on as they are. Records are valid until the next call.
 */
export class FlatLines {
  private readonly found: Rows[] = [];

  /** Goes through the lines of `blocks`, each of which ends with a newline, in their order. */
  read(blocks: readonly Buffer[], taker: LineTaker): void {
    let used = 0;
    for (const block of blocks) {
      if (!scan) {
        taker.other(block);
        continue;
      }
      const text = block.toString('latin1');
      for (let from = 0; from < block.length; used++) {
        this.found[used] ??= new Rows();
        const rows = this.found[used]!;
        rows.text = text;
        from = rows.hand(scan(block, from, rows.cells), block, from, taker);
      }
    }
  }
}

/** What a scan found. */
class Rows implements FlatSource {
  readonly cells = new Float64Array(maxRows * width);
  text = '';

  /** Hands on the first `count` lines, which begin at `from`. Returns where the next one does. */
  hand(count: number, block: Buffer, from: number, taker: LineTaker): number {
    const { cells, text } = this;
    let next = from;
    let othersFrom = from;
    for (let row = 0; row < count * width; row += width) {
      const start = cells[row + lineStart]!;
      const end = cells[row + lineEnd]!;
      next = end + 1;
      if (cells[row + lineIsFlat] === 0) continue;
      if (othersFrom < start) taker.other(block.subarray(othersFrom, start));
      taker.flat(text.slice(start, end), flatRecord(this, row));
      othersFrom = next;
    }
    if (othersFrom < next) taker.other(block.subarray(othersFrom, next));
    return next;
  }

  value(row: number, field: number): unknown {
    const { cells } = this;
    const cell = cells[row + firstField + field]!;
    if (Number.isNaN(cell)) return undefined;
    switch (kinds[field]) {
      case 'number':
        return cell;
      case 'type':
        return tcpTypes[cell];
      case 'boolean':
        return true;
    }
    const at = cells[row + lineStart]! + (cell >>> lengthBits);
    return this.text.slice(at, at + (cell & lengthMask));
  }
}
