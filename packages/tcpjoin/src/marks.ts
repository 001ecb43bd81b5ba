/** More addresses than this share numbers. */
const maxNumbers = 65_536;

/**
 * What is noted of the addresses in a table, by their numbers and side by side, as most of the time for a look-up goes into
 * waiting for memory. Two addresses may have the same number: then more has changed and been used than was.
 */
export class Marks {
  /** How often something else was known of an address, modulo 2^32. */
  readonly changes = new Int32Array(maxNumbers);
  /** How much had been learnt when somebody needed what is known of it. */
  readonly uses = new Float64Array(maxNumbers);
  private given = 0;

  /** A number for an address. */
  next(): number {
    return this.given++ % maxNumbers;
  }
}
