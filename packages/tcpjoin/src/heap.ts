/** A binary heap: the first item by `order` is at hand, adding and removing take logarithmic time. */
export class Heap<T> {
  private readonly items: T[] = [];

  constructor(private readonly order: (a: T, b: T) => number) {}

  get first(): T | undefined {
    return this.items[0];
  }

  push(item: T): void {
    const { items, order } = this;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (order(items[parent]!, item) <= 0) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const { items } = this;
    const first = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.sink(last);
    return first;
  }

  /** Puts the first where it belongs, after it has become one that may come later. */
  putBackFirst(): void {
    const { first } = this;
    if (first !== undefined) this.sink(first);
  }

  /** Puts the item where it belongs, instead of the first. */
  private sink(item: T): void {
    const { items, order } = this;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && order(items[child + 1]!, items[child]!) < 0) child++;
      if (order(item, items[child]!) <= 0) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = item;
  }
}
