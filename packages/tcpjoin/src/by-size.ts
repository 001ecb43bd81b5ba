/** A thing with a size, by which it has a place among others. */
export class Sized<T> {
  size = 0;
  /** In the heap; negative where it is not in it. */
  place = -1;

  constructor(readonly thing: T) {}
}

/** Finds the largest of things whose sizes change; those of size 0 are left out. A binary heap. */
export class BySize<T> {
  private readonly heap: Sized<T>[] = [];

  /** One of those with the largest size; undefined where there are none. */
  get largest(): T | undefined {
    return this.heap.length > 0 ? this.heap[0]!.thing : undefined;
  }

  /** Gives a thing, always of the same heap, another size. */
  change(one: Sized<T>, size: number): void {
    const isLarger = size > one.size;
    one.size = size;
    if (size === 0) this.leave(one);
    else if (!isLarger) this.sink(one);
    else {
      if (one.place < 0) this.put(one, this.heap.length);
      this.rise(one);
    }
  }

  private leave(one: Sized<T>): void {
    if (one.place < 0) return;
    const last = this.heap.pop()!;
    if (last !== one) {
      this.put(last, one.place);
      this.rise(last);
      this.sink(last);
    }
    one.place = -1;
  }

  private rise(one: Sized<T>): void {
    while (one.place > 0) {
      const { place } = one;
      const above = (place - 1) >> 1;
      const parent = this.heap[above]!;
      if (parent.size >= one.size) return;
      this.put(parent, place);
      this.put(one, above);
    }
  }

  private sink(one: Sized<T>): void {
    const { heap } = this;
    for (let below = 2 * one.place + 1; below < heap.length; below = 2 * one.place + 1) {
      if (below + 1 < heap.length && heap[below + 1]!.size > heap[below]!.size) below++;
      const child = heap[below]!;
      if (child.size <= one.size) return;
      this.put(child, one.place);
      this.put(one, below);
    }
  }

  private put(one: Sized<T>, place: number): void {
    this.heap[place] = one;
    one.place = place;
  }
}
