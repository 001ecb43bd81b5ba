import { keysKnown } from '@tcppipe/native/scan';

/**
 * What was found out about a line, for others with the same key number. As numbers are handed out one after the other
 * and only the last of them count, each has its place.
 */
export class ByKey<T> {
  private keys: number[] = [];
  private values: T[] = [];

  get(key: number): T | undefined {
    const place = key % keysKnown;
    return key >= 0 && this.keys[place] === key ? this.values[place] : undefined;
  }

  /** Without effect where the line has no key. */
  set(key: number, value: T): void {
    if (key < 0) return;
    const place = key % keysKnown;
    this.keys[place] = key;
    this.values[place] = value;
  }

  clear(): void {
    this.keys = [];
    this.values = [];
  }
}
