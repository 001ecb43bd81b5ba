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
 * connections; other lines are handed on as they are. Records are valid until the next block.
 */
export class FlatLines {
  private readonly sources: Rows[] = [];

  /** Goes through the lines of `block`, which ends with a newline, in their order. */
  read(block: Buffer, taker: LineTaker): void {
    if (!scan) {
      taker.other(block);
      return;
    }
    const text = block.toString('latin1');
    for (let from = 0, round = 0; from < block.length; round++) {
      this.sources[round] ??= new Rows();
      const source = this.sources[round]!;
      source.text = text;
      const end = scan(block, from, source.cells) * width;
      for (let row = 0; row < end; row += width) {
        if (source.cells[row + lineIsFlat] === 0) continue;
        const start = source.cells[row + lineStart]!;
        const newline = source.cells[row + lineEnd]!;
        if (from < start) taker.other(block.subarray(from, start));
        taker.flat(text.slice(start, newline), flatRecord(source, row));
        from = newline + 1;
      }
      const next = source.cells[end - width + lineEnd]! + 1;
      if (from < next) taker.other(block.subarray(from, next));
      from = next;
    }
  }
}

/** What a scan found. */
class Rows implements FlatSource {
  readonly cells = new Float64Array(maxRows * width);
  text = '';

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
