import { type AnyRecord, type FlatSource, flatFields, flatRecord, flatTypes } from '@tcppipe/events';
import {
  type Fault,
  faults,
  firstField,
  firstKey,
  flat,
  lengthBits,
  lineEnd,
  lineForm,
  lineStart,
  noKey,
  nullText,
  placeCells,
  rowWidth,
  type Scan,
} from '@tcppipe/native/scan';
import { jsonMember } from './json-member.js';
import type { Block, Line, LineBytes } from './line.js';

/** For what is read at once of a file, in most cases. */
export const usualRows = 256;
const lengthMask = 2 ** lengthBits - 1;
const kinds = flatFields.map(({ kind }) => kind);
const placeCell = placeCells(flatFields);

/** Where the text at a place begins, in its line. */
export function placeStart(place: number): number {
  return place >>> lengthBits;
}

export function placeLength(place: number): number {
  return place & lengthMask;
}

/** Takes a flat line, or the bytes of lines of another shape. */
export interface LineTaker {
  flat(line: Line): void;
  other(lines: Buffer): void;
  /** Takes a line that is no record; more of them may be among the other lines. */
  faulty(fault: Fault, line: Buffer): void;
}

/**
 * What a scan found, as lines that are used again for the next. Numbers that are whole are made integers at once: others
 * take memory wherever they are handed on.
 */
export class Rows implements FlatSource {
  private readonly cells: Float64Array;
  private readonly width: number;
  /** Of a row. */
  private readonly firstField: number;
  private readonly lines: FlatLine[] = [];
  /** From the first line that was found to the last, once all of them have been handed on. */
  block: Block = { bytes: Buffer.alloc(0), from: 0, to: 0 };

  constructor(
    private readonly keys: number,
    private readonly most = usualRows,
  ) {
    this.width = rowWidth(flatFields, keys);
    this.firstField = firstField(keys);
    this.cells = new Float64Array(most * this.width);
  }

  /** Hands on the lines of `bytes` from `from` on, as far as there are rows. Returns where the next one begins. */
  read(scan: Scan, bytes: Buffer, from: number, taker: LineTaker): number {
    const { cells, width } = this;
    const block = { bytes, from, to: from };
    this.block = block;
    let next = from;
    // A line with a fault leaves its row to others: it may be so short that rows for all like it would be far more than they.
    for (let kept = 0; kept < this.most; ) {
      const first = kept;
      const count = scan(bytes, next, cells.subarray(first * width));
      for (let index = first; index < first + count; index++) {
        const row = index * width;
        const start = this.start(row);
        const end = this.end(row);
        const form = cells[row + lineForm]!;
        if (next < start) taker.other(bytes.subarray(next, start));
        next = end + 1;
        if (form !== flat) {
          taker.faulty(faults[form - flat - 1]!, bytes.subarray(start, end));
          continue;
        }
        if (kept === 0) block.from = start;
        block.to = next;
        if (kept < index) cells.copyWithin(kept * width, row, row + width);
        taker.flat(this.line(kept++));
      }
      if (first + count === this.most) continue;
      if (next < bytes.length) taker.other(bytes.subarray(next));
      return bytes.length;
    }
    return next;
  }

  /** The line that begins at `start` and was found to be flat before, in bytes that it was copied to with its newline. */
  readAgain(scan: Scan, bytes: Buffer, start: number): Line {
    this.block = { bytes, from: start, to: bytes.length };
    const { cells } = this;
    if (scan(bytes, start, cells) === 0 || cells[lineForm] !== flat || cells[lineStart] !== start)
      throw new Error('a line is not what it was');
    return this.line(0);
  }

  private line(index: number): FlatLine {
    this.lines[index] ??= new FlatLine(this, index * this.width);
    return this.lines[index];
  }

  value(row: number, field: number): unknown {
    const cell = this.cells[row + this.firstField + field]!;
    if (Number.isNaN(cell)) return undefined;
    switch (kinds[field]) {
      case 'number':
        return cell;
      case 'type':
        return flatTypes[cell];
      case 'boolean':
        return cell === 1;
      case 'json':
        return JSON.parse(this.textAt(row, cell));
    }
    return cell === nullText ? null : this.textAt(row, cell);
  }

  member(row: number, field: number, name: string): unknown {
    const cell = this.cells[row + this.firstField + field]!;
    if (kinds[field] !== 'json' || Number.isNaN(cell)) return undefined;
    return jsonMember(this.textAt(row, cell), name);
  }

  textOf(row: number): string {
    return this.slice(row, 0, this.end(row) - this.start(row));
  }

  start(row: number): number {
    return this.cells[row + lineStart]! | 0;
  }

  end(row: number): number {
    return this.cells[row + lineEnd]! | 0;
  }

  place(row: number, field: number): number {
    const { cells } = this;
    const first = row + this.firstField;
    // Negative or NaN where the field is null or absent.
    if (!(cells[first + field]! >= 0) || placeCell[field]! < 0) return -1;
    const place = cells[first + placeCell[field]!]!;
    return place >= 0 ? place : -1;
  }

  key(row: number, index: number): number {
    return index < this.keys ? this.cells[row + firstKey + index]! | 0 : noKey;
  }

  private textAt(row: number, place: number): string {
    return this.slice(row, placeStart(place), placeLength(place));
  }

  /** So many characters of a line. */
  private slice(row: number, from: number, length: number): string {
    const at = this.start(row) + from;
    return this.block.bytes.toString('latin1', at, at + length);
  }
}

class FlatLine implements Line, LineBytes {
  readonly isPlain = true;
  readonly record: AnyRecord;
  readonly bytes = this;

  constructor(
    private readonly rows: Rows,
    private readonly row: number,
  ) {
    this.record = flatRecord(rows, row);
  }

  get text(): string {
    return this.rows.textOf(this.row);
  }

  key(index: number): number {
    return this.rows.key(this.row, index);
  }

  get block(): Block {
    return this.rows.block;
  }

  get start(): number {
    return this.rows.start(this.row);
  }

  get end(): number {
    return this.rows.end(this.row);
  }

  place(field: number): number {
    return this.rows.place(this.row, field);
  }
}
