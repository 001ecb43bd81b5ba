/**
 * What is noted of the addresses in a table, by their numbers and side by side, as most of the time for a look-up goes into
 * waiting for memory. A number is given again when its address has been forgotten: it has changed then.
 */
export class Marks {
  /** How often something else was known of an address, modulo 2^32. */
  changes = new Int32Array(1024);
  /** How much had been learnt when somebody needed what is known of it. */
  uses = new Float64Array(1024);
  private given = 0;
  private readonly free: number[] = [];

  /** A number for an address. */
  take(): number {
    const number = this.free.pop() ?? this.given++;
    if (number === this.changes.length) this.grow();
    return number;
  }

  giveBack(number: number): void {
    this.free.push(number);
  }

  private grow(): void {
    const { changes, uses } = this;
    this.changes = new Int32Array(2 * changes.length);
    this.changes.set(changes);
    this.uses = new Float64Array(2 * uses.length);
    this.uses.set(uses);
  }
}
