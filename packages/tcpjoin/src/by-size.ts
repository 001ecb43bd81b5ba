/** Keeps things by their sizes, whole numbers that change by little at a time; those of size 0 are left out. */
export class BySize<T> {
  private readonly ranks = new Map<number, T[]>();
  /** Where in its rank a thing stands. */
  private readonly indexes = new Map<T, number>();
  /** No size is above it. */
  private top = 0;

  /** One of those with the largest size; undefined where there are none. */
  get largest(): T | undefined {
    // Comes down no further than sizes have brought it up.
    while (this.top > 0 && !this.ranks.has(this.top)) this.top--;
    return this.ranks.get(this.top)?.[0];
  }

  /** Notes that the size of `item` was `before` and is `now`. */
  change(item: T, before: number, now: number): void {
    if (before > 0) this.leave(item, before);
    if (now > 0) this.enter(item, now);
    else this.indexes.delete(item);
  }

  private leave(item: T, size: number): void {
    const rank = this.ranks.get(size)!;
    const last = rank.pop()!;
    if (last !== item) {
      const index = this.indexes.get(item)!;
      rank[index] = last;
      this.indexes.set(last, index);
    }
    if (rank.length === 0) this.ranks.delete(size);
  }

  private enter(item: T, size: number): void {
    const rank = this.ranks.get(size);
    this.indexes.set(item, rank?.length ?? 0);
    if (rank) rank.push(item);
    else this.ranks.set(size, [item]);
    this.top = Math.max(this.top, size);
  }
}
