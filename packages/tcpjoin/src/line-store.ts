import type { Block, LineBytes } from '@tcppipe/cli';

/** As much as readers of files and pipes give at once. */
const usualBytes = 256 * 1024;
/** A block lives as long as one of its lines does: with so many, each line that comes gets memory of its own. */
const maxBlocks = 256;
/** For the lines that come within the usual slack at full rate: a new block for each time would have V8 look for garbage. */
const maxSpareBlocks = 64;

/** Bytes of lines, of some of which somebody has need. */
export class StoredBlock {
  used = 0;
  lines = 0;

  constructor(readonly bytes: Buffer) {}
}

/** A line in a block, its newline behind its end. */
export interface Stored {
  block: StoredBlock | undefined;
  start: number;
  end: number;
}

/** Lines, copied from where they were read in pieces as large as they came in. */
export class LineStore {
  private current: StoredBlock | undefined;
  /** Those with room for several lines, but for what is spare. */
  private readonly blocks: StoredBlock[] = [];
  private readonly spare: StoredBlock[] = [];
  /** What was copied last, and how far behind its old place it stands now. */
  private copied: Block | undefined;
  private shift = 0;

  /** Stores the line that stands at `place`. */
  keep(line: Stored, { block, start, end }: LineBytes): void {
    if (block !== this.copied && !this.copy(block)) {
      line.block = new StoredBlock(Buffer.allocUnsafeSlow(end + 1 - start));
      line.start = 0;
      line.end = block.bytes.copy(line.block.bytes, 0, start, end + 1) - 1;
    } else {
      line.block = this.current!;
      line.start = start + this.shift;
      line.end = end + this.shift;
    }
    line.block.lines++;
  }

  /** Nobody needs the line any more, but its bytes stay until `recycle`. */
  release({ block }: Stored): void {
    if (block) block.lines--;
  }

  recycle(): void {
    const { blocks, spare } = this;
    let kept = 0;
    for (const block of blocks) {
      if (block.lines > 0) blocks[kept++] = block;
      else if (block.bytes.length === usualBytes && spare.length < maxSpareBlocks) spare.push(block);
    }
    blocks.length = kept;
    if (this.current?.lines === 0) {
      this.current = undefined;
      this.copied = undefined;
    }
  }

  /** False where there are too many blocks. */
  private copy(block: Block): boolean {
    const { bytes, from, to } = block;
    if (!this.current || this.current.used + to - from > this.current.bytes.length) {
      if (this.blocks.length >= maxBlocks) return false;
      this.current = this.blockOf(to - from);
      this.blocks.push(this.current);
    }
    this.shift = this.current.used - from;
    this.current.used += bytes.copy(this.current.bytes, this.current.used, from, to);
    this.copied = block;
    return true;
  }

  private blockOf(size: number): StoredBlock {
    const spare = size <= usualBytes ? this.spare.pop() : undefined;
    if (!spare) return new StoredBlock(Buffer.allocUnsafeSlow(Math.max(size, usualBytes)));
    spare.used = 0;
    return spare;
  }
}
