import { type Node, Queue } from './queue.js';

/** Keeps things by their sizes, whole numbers that change by little at a time; those of size 0 are left out. */
export class BySize<T> {
  private readonly ranks = new Map<number, Queue<T>>();
  private readonly nodes = new Map<T, Node<T>>();
  /** No size is above it. */
  private top = 0;

  /** Of those with the largest size the one that has had it for longest; undefined where there are none. */
  get largest(): T | undefined {
    // Comes down no further than sizes have brought it up.
    while (this.top > 0 && !this.ranks.has(this.top)) this.top--;
    return this.ranks.get(this.top)?.first?.item;
  }

  /** Notes that the size of `item` was `before` and is `now`. */
  change(item: T, before: number, now: number): void {
    if (before > 0) this.leave(item, before);
    if (now > 0) this.enter(item, now);
  }

  private leave(item: T, size: number): void {
    const rank = this.ranks.get(size)!;
    rank.remove(this.nodes.get(item)!);
    this.nodes.delete(item);
    if (!rank.first) this.ranks.delete(size);
  }

  private enter(item: T, size: number): void {
    const rank = this.ranks.get(size) ?? new Queue<T>();
    this.ranks.set(size, rank);
    this.nodes.set(item, rank.push(item));
    this.top = Math.max(this.top, size);
  }
}
