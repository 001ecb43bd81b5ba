import {
  createWeave,
  maxNumberBytes,
  negativeThousandths,
  numbersPerPiece,
  thousandths,
  weaveSlowly,
} from '@tcppipe/native/weave';
import { maxLineBytes } from './lines.js';

/** Lines should leave when there is so much of them: little enough for a processor's cache. */
const manyBytes = 32 * 1024;
const manyPieces = 4096;
/** Text among pieces is the first source, the end of a line the second. */
const texts = 0;
const lineEnds = 1;
const lineEnd = Buffer.from('\n');
const firstSource = 2;
const textBytes = manyBytes + maxLineBytes + 1;
/** Of one text: a character takes three bytes at most. */
const blockBytes = 3 * manyBytes + maxLineBytes + 1;
/** Kept for lines to come: as many as wait for a reader who is slower than the writer. */
const maxSpareBlocks = 16;

/**
 * Lines that wait to be written. Whole ones become one text, encoded at once; others are put together from pieces, each
 * ASCII text, a number, or bytes of a source, which are copied once and never decoded. Lines keep their order.
 */
export class Weaver {
  /** All the lines while there are no pieces, else what text there is among them. */
  private text = '';
  /** Whether it is known to be ASCII, which takes half the time to encode. */
  private isAscii = true;
  private pieces = new Uint32Array(manyPieces * numbersPerPiece);
  /** Numbers of pieces in use. */
  private used = 0;
  private readonly sources: Uint8Array[] = [Buffer.alloc(0), lineEnd];
  /** Bytes of the whole lines, of numbers what they may take; characters while there are no pieces. */
  private size = 0;
  /** The line in hand, and what there was before it. */
  private lineBytes = 0;
  private usedBefore = 0;
  private textBefore = '';
  private sourcesBefore = firstSource;
  /** Where lines were put that have been written: a new block for each time would have V8 look for garbage again and again. */
  private readonly spare: Buffer[] = [];
  private readonly weave = createWeave() ?? weaveSlowly;

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Whether lines must be taken before more are added. */
  get isFull(): boolean {
    return this.size >= manyBytes || this.used >= manyPieces * numbersPerPiece;
  }

  /** Adds a whole line of at most 16 KiB; `isAscii` where that is known. */
  addLine(line: string, isAscii: boolean): void {
    if (this.used > 0) {
      if (isAscii) this.addText(line);
      else this.addNew(Buffer.from(line));
      this.endLine();
      return;
    }
    this.text += line;
    this.text += '\n';
    this.isAscii &&= isAscii;
    this.size += line.length + 1;
  }

  /** Adds bytes of `source`, which must stay as they are until the line is taken, to the line in hand. */
  addBytes(source: Uint8Array, start: number, end: number): void {
    if (this.used === 0) this.beginPieces();
    this.addPiece(this.indexOf(source), start, end);
  }

  /** Adds text, which must be ASCII, to the line in hand. */
  addText(text: string): void {
    if (this.used === 0) this.beginPieces();
    const start = this.text.length;
    this.text += text;
    const { pieces, used } = this;
    if (this.isTextLast()) {
      pieces[used - 1] = this.text.length;
      this.lineBytes += text.length;
    } else {
      this.addPiece(texts, start, this.text.length);
    }
  }

  /** Adds a number of thousandths, whole and at most `maxThousandths` either way, to the line in hand, in decimal as JSON has it. */
  addThousandths(count: number): void {
    if (this.used === 0) this.beginPieces();
    const size = Math.abs(count);
    const low = size >>> 0;
    this.addPiece(count < 0 ? negativeThousandths : thousandths, low, (size - low) / 2 ** 32, maxNumberBytes);
  }

  /** Ends the line in hand. One above 16 KiB, its numbers taken for the longest, is taken back: false. */
  endLine(): boolean {
    if (this.lineBytes > maxLineBytes) {
      this.used = this.usedBefore;
      this.text = this.textBefore;
      this.sources.length = this.sourcesBefore;
      this.lineBytes = 0;
      return false;
    }
    if (this.used === 0 || this.isTextLast()) this.addText('\n');
    else this.addPiece(lineEnds, 0, lineEnd.length);
    this.keepLine();
    return true;
  }

  /** The bytes of all lines, which are no more here then. They stay what they are until they are given back. */
  take(): Buffer {
    const block = this.takeBlock();
    const bytes = block.subarray(0, this.used > 0 ? this.weaveInto(block) : this.encodeInto(block));
    this.used = 0;
    this.text = '';
    this.isAscii = true;
    this.sources.length = firstSource;
    this.size = 0;
    this.usedBefore = 0;
    this.textBefore = '';
    this.sourcesBefore = firstSource;
    return bytes;
  }

  /** Room for lines that are written elsewhere: several times 16 KiB. To be given back. */
  takeBlock(): Buffer {
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  }

  /** A block, or bytes that were taken, or a part of them, when nobody needs them any more. */
  giveBack({ buffer }: Buffer): void {
    if (this.spare.length < maxSpareBlocks && buffer.byteLength === blockBytes)
      this.spare.push(Buffer.from(buffer));
  }

  private weaveInto(block: Buffer): number {
    const { sources, text } = this;
    if (sources[texts]!.length < text.length) sources[texts] = Buffer.allocUnsafeSlow(textBytes);
    (sources[texts] as Buffer).write(text, 'latin1');
    return this.weave(block, sources, this.pieces, this.used / numbersPerPiece);
  }

  private encodeInto(block: Buffer): number {
    return block.write(this.text, this.isAscii ? 'latin1' : 'utf8');
  }

  /** Makes a piece of the text there is, which is whole lines. */
  private beginPieces(): void {
    if (this.text === '') return;
    this.size = 0;
    if (this.isAscii) {
      this.addPiece(texts, 0, this.text.length);
    } else {
      const lines = Buffer.from(this.text);
      this.text = '';
      this.addNew(lines);
    }
    this.keepLine();
  }

  private addNew(source: Uint8Array): void {
    this.addPiece(this.sources.push(source) - 1, 0, source.length);
  }

  /** Whether text was added to the line in hand just now. */
  private isTextLast(): boolean {
    return this.used > this.usedBefore && this.pieces[this.used - numbersPerPiece] === texts;
  }

  private addPiece(source: number, start: number, end: number, bytes = end - start): void {
    const { used } = this;
    if (used === this.pieces.length) this.growPieces();
    const { pieces } = this;
    pieces[used] = source;
    pieces[used + 1] = start;
    pieces[used + 2] = end;
    this.used = used + numbersPerPiece;
    this.lineBytes += bytes;
  }

  /** A line may have any number of pieces. */
  private growPieces(): void {
    const more = new Uint32Array(2 * this.pieces.length);
    more.set(this.pieces);
    this.pieces = more;
  }

  private keepLine(): void {
    this.size += this.lineBytes;
    this.lineBytes = 0;
    this.usedBefore = this.used;
    this.textBefore = this.text;
    this.sourcesBefore = this.sources.length;
  }

  /** Sources are few, and the last ones are asked for most. */
  private indexOf(source: Uint8Array): number {
    const { sources } = this;
    for (let index = sources.length - 1; index >= firstSource; index--)
      if (sources[index] === source) return index;
    return sources.push(source) - 1;
  }
}
