import { type Line, ownText } from '@tcppipe/cli';
import { Item } from './item.js';
import { LineStore } from './line-store.js';

/** Kept for use again, beyond what waits: as many as come within the usual slack where all cores do nothing but connect. */
const maxSpareItems = 32_768;

/**
 * Records that wait. Their lines are outside of V8's heap: while they wait the garbage collector would take them for
 * something that stays, and what was kept of them would be in use long after they have gone.
 */
export class Held {
  private readonly spare: Item[] = [];
  private readonly lines = new LineStore();
  /** Bytes of all lines, of text in characters. */
  size = 0;

  /** An item with the line, for its record to be told to; its own until it is released. */
  keep(line: Line): Item {
    const item = this.spare.pop() ?? new Item();
    if (line.bytes) this.lines.keep(item, line.bytes);
    else item.otherText = ownText(line.text);
    this.size += sizeOf(item);
    return item;
  }

  /** Its bytes stay where they are until `recycle`. */
  release(item: Item): void {
    this.size -= sizeOf(item);
    this.lines.release(item);
    item.clear();
    if (this.spare.length < maxSpareItems) this.spare.push(item);
  }

  /** The lines of released items are not needed any more. */
  recycle(): void {
    this.lines.recycle();
  }
}

function sizeOf({ start, end, otherText }: Item): number {
  return end - start + otherText.length;
}
