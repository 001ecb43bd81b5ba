/** Places, fewer than there are keys known: of things that never come again each would otherwise be kept for long. */
const places = 8192;

/**
 * What was found out about a line, for others with the same key number. As numbers are handed out one after the other,
 * the last of them have a place each.
 */
export class ByKey<T> {
  private keys: number[] = [];
  private values: T[] = [];

  get(key: number): T | undefined {
    const place = key % places;
    return key >= 0 && this.keys[place] === key ? this.values[place] : undefined;
  }

  /** Without effect where the line has no key. */
  set(key: number, value: T): void {
    if (key < 0) return;
    const place = key % places;
    this.keys[place] = key;
    this.values[place] = value;
  }

  clear(): void {
    this.keys = [];
    this.values = [];
  }
}
