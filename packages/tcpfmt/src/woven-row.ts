import { type LineBytes, type Output, placeLength, placeStart } from '@tcppipe/cli';
import { type AnyRecord, flatFields, flatIndex } from '@tcppipe/events';

/** Where rows go: whole, or put together from pieces. */
export type RowOutput = Pick<Output, 'write' | 'cut' | 'text' | 'endLine'>;

/** Whether bytes of printable ASCII without `"` and `\` may stand in a cell as they are. */
export type IsSafe = (bytes: Buffer, start: number, end: number) => boolean;

/** A column of a row that is put together from pieces. */
export interface WovenColumn {
  /** The field whose value is all that it shows, if it is. */
  readonly field: string | undefined;
  /** Bytes of filling before the cell, even of an empty one. */
  readonly before: number;
  /** Bytes it is filled to. */
  readonly width: number;
  /** Bytes after which it is cut. */
  readonly most: number;
  /** The cell of a record from a plain line, cut, but not filled; ASCII, as all that is in such a line. */
  cell(record: AnyRecord): string;
}

export interface RowPattern {
  readonly open: string;
  /** What stands before cells and fills them: any number of times, but always whole. */
  readonly filling: string;
  readonly close: string;
  readonly columns: readonly WovenColumn[];
  /** Absent where all text is safe. */
  readonly isSafe?: IsSafe | undefined;
}

/** Writes the row of a record from a plain line. */
export type WeaveRow = (out: RowOutput, record: AnyRecord, bytes: LineBytes) => void;

/**
 * The writer of rows that copies from the line whatever stands there as it does in a cell, which is nearly everything:
 * to make strings of it, only to encode them again, takes half the time of all.
 */
export function rowWeaver({ open, filling, close, columns, isSafe }: RowPattern): WeaveRow {
  const sources = columns.map(({ field }) => sourceOf(field, isSafe));
  const mostFilling = columns.reduce((sum, { before, width }) => sum + before + width, 0);
  const filler = Buffer.from(filling.repeat(Math.ceil(mostFilling / filling.length)));
  return (out, record, bytes) => {
    if (open !== '') out.text(open);
    let missing = 0;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index]!;
      missing += column.before;
      const place = copyablePlace(sources[index]!, bytes);
      const cell = place < 0 ? column.cell(record) : '';
      const taken = place < 0 ? cell.length : Math.min(placeLength(place), column.most);
      if (taken > 0) {
        if (missing > 0) out.cut(filler, 0, missing);
        missing = 0;
        if (place < 0) {
          out.text(cell);
        } else {
          const start = bytes.start + placeStart(place);
          out.cut(bytes.block, start, start + taken);
        }
      }
      missing += Math.max(column.width - taken, 0);
    }
    if (missing > 0) out.cut(filler, 0, missing);
    if (close !== '') out.text(close);
    out.endLine();
  };
}

/** Where the cells of a column may be copied from. */
interface Source {
  /** By its place in `flatFields`; negative where it is none of them. */
  readonly field: number;
  readonly isSafe: IsSafe | undefined;
}

function sourceOf(name: string | undefined, isSafe: IsSafe | undefined): Source {
  const field = name === undefined ? -1 : flatIndex(name);
  return { field, isSafe: flatFields[field]?.kind === 'number' ? undefined : isSafe };
}

/** The place of what may be copied as it is; negative where nothing may. */
function copyablePlace({ field, isSafe }: Source, bytes: LineBytes): number {
  const place = field < 0 ? -1 : bytes.place(field);
  if (place < 0 || isSafe === undefined) return place;
  const start = bytes.start + placeStart(place);
  return isSafe(bytes.block, start, start + placeLength(place)) ? place : -1;
}
