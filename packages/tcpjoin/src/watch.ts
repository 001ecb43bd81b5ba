/** Times of losses kept for look-ups as of an earlier time. */
const maxLosses = 1024;

/** Since when DNS has been watched, and when responses were lost. Event times in microseconds. */
export class Watch {
  private begun = Number.POSITIVE_INFINITY;
  private readonly losses: number[] = [];
  private completeTo = Number.POSITIVE_INFINITY;

  /** Something came from the DNS side. */
  alive(time: number): void {
    this.begun = Math.min(this.begun, time);
  }

  lost(time: number): void {
    let at = this.losses.length;
    while (at > 0 && this.losses[at - 1]! > time) at--;
    this.losses.splice(at, 0, time);
    if (this.losses.length > maxLosses) this.losses.shift();
  }

  /** What came later than that was not read to its end. */
  cut(time: number): void {
    this.completeTo = Math.min(this.completeTo, time);
  }

  isCompleteTo(at: number): boolean {
    return at <= this.completeTo;
  }

  /** When watching began, as far as was known at `at`. */
  begunBy(at: number): number | undefined {
    return this.begun <= at ? this.begun : undefined;
  }

  lostBetween(from: number, to: number): boolean {
    const last = this.losses.findLast(time => time <= to);
    return last !== undefined && last >= from;
  }
}
