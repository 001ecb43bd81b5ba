/** Where something stands in a queue, as a number; its own until it is removed. */
export type Link = number;
/** A queue goes by the link between its last and its first, where nothing stands. */
export type Queue = Link;

const firstLinks = 64;
export const noLink: Link = -1;

/**
 * Queues from whose middle things can be taken: every step takes the same time, however long they are. They are kept side
 * by side in a few arrays, as an object for each link would give the garbage collector more to do than all else.
 */
export class Queues<T extends { readonly lastUsed: number }> {
  private readonly items: (T | undefined)[] = [];
  private before = new Int32Array(firstLinks);
  private after = new Int32Array(firstLinks);
  private since = new Float64Array(firstLinks);
  /** One that was given back; the others follow it. */
  private free = noLink;

  /** An empty queue, to be closed when it is empty for good. */
  open(): Queue {
    const queue = this.take(undefined, 0);
    this.before[queue] = queue;
    this.after[queue] = queue;
    return queue;
  }

  close(queue: Queue): void {
    this.giveBack(queue);
  }

  /** Puts the item behind all others; it was used last before or at `since`. */
  push(queue: Queue, item: T, since: number): Link {
    const link = this.take(item, since);
    this.tieIn(queue, link);
    return link;
  }

  remove(link: Link): void {
    this.untie(link);
    this.giveBack(link);
  }

  /**
   * The first that was not used since it was put there; those before it are put at the end. One that was used often
   * goes round once, so that this takes no more steps than things were used.
   */
  leastUsed(queue: Queue): T | undefined {
    for (let link = this.after[queue]!; link !== queue; link = this.after[queue]!) {
      const item = this.items[link]!;
      const { lastUsed } = item;
      if (lastUsed <= this.since[link]!) return item;
      this.since[link] = lastUsed;
      this.untie(link);
      this.tieIn(queue, link);
    }
    return undefined;
  }

  private tieIn(queue: Queue, link: Link): void {
    const last = this.before[queue]!;
    this.before[link] = last;
    this.after[link] = queue;
    this.after[last] = link;
    this.before[queue] = link;
  }

  private untie(link: Link): void {
    const before = this.before[link]!;
    const after = this.after[link]!;
    this.after[before] = after;
    this.before[after] = before;
  }

  private take(item: T | undefined, since: number): Link {
    let link = this.free;
    if (link === noLink) {
      link = this.items.length;
      if (link === this.since.length) this.grow();
    } else {
      this.free = this.after[link]!;
    }
    this.items[link] = item;
    this.since[link] = since;
    return link;
  }

  private giveBack(link: Link): void {
    this.items[link] = undefined;
    this.after[link] = this.free;
    this.free = link;
  }

  private grow(): void {
    const { before, after, since } = this;
    const length = 2 * since.length;
    this.before = new Int32Array(length);
    this.before.set(before);
    this.after = new Int32Array(length);
    this.after.set(after);
    this.since = new Float64Array(length);
    this.since.set(since);
  }
}
