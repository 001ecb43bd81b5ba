/** Where an item stands in a queue. */
export interface Node<T> {
  readonly item: T;
  /** When it was put there. */
  since: number;
  before: Node<T>;
  after: Node<T>;
}

/** A queue from whose middle things can be taken: every step takes the same time, however long it is. */
export class Queue<T> {
  /** Stands between last and first, and holds nothing. */
  private readonly gap: Node<T>;

  constructor() {
    const gap = { since: 0 } as Node<T>;
    gap.before = gap;
    gap.after = gap;
    this.gap = gap;
  }

  get first(): Node<T> | undefined {
    return this.gap.after === this.gap ? undefined : this.gap.after;
  }

  /** Puts the item behind all others. */
  push(item: T, since = 0): Node<T> {
    const node = { item, since, before: this.gap, after: this.gap };
    this.link(node);
    return node;
  }

  moveToEnd(node: Node<T>, since: number): void {
    this.remove(node);
    node.since = since;
    this.link(node);
  }

  remove({ before, after }: Node<T>): void {
    before.after = after;
    after.before = before;
  }

  private link(node: Node<T>): void {
    node.before = this.gap.before;
    node.after = this.gap;
    node.before.after = node;
    this.gap.before = node;
  }
}

/**
 * The first that was not used since it was put there; those before it are put at the end. One that was used often
 * goes round once, so that this takes no more steps than things were used.
 */
export function leastUsed<T extends { readonly lastUsed: number }>(queue: Queue<T>): T | undefined {
  for (let node = queue.first; node; node = queue.first) {
    if (node.item.lastUsed <= node.since) return node.item;
    queue.moveToEnd(node, node.item.lastUsed);
  }
  return undefined;
}
