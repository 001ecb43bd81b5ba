/** Times kept for look-ups as of an earlier time, of losses and of beginnings. */
const maxTimes = 1024;

/** Since when DNS has been watched, and when responses were lost. Event times in microseconds. */
export class Watch {
  private first = Number.POSITIVE_INFINITY;
  private readonly beginnings: number[] = [];
  private readonly losses: number[] = [];
  private completeTo = Number.POSITIVE_INFINITY;

  /** Something came from the DNS side. */
  alive(time: number): void {
    this.first = Math.min(this.first, time);
  }

  /** Somebody began to watch: of what was before he knows nothing, and whoever did may have ended some time before. */
  began(time: number): void {
    enter(this.beginnings, time);
  }

  lost(time: number): void {
    enter(this.losses, time);
  }

  /** What came later than that was not read to its end. */
  cut(time: number): void {
    this.completeTo = Math.min(this.completeTo, time);
  }

  isCompleteTo(at: number): boolean {
    return at <= this.completeTo;
  }

  /** When that watching began which goes on at `at`. */
  begunBy(at: number): number | undefined {
    const last = this.beginnings.findLast(time => time <= at);
    if (last !== undefined) return last;
    return this.first <= at ? this.first : undefined;
  }

  lostBetween(from: number, to: number): boolean {
    const last = this.losses.findLast(time => time <= to);
    return last !== undefined && last >= from;
  }
}

/** In their order. */
function enter(times: number[], time: number): void {
  let at = times.length;
  while (at > 0 && times[at - 1]! > time) at--;
  times.splice(at, 0, time);
  if (times.length > maxTimes) times.shift();
}
