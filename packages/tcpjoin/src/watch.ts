import { Times } from './times.js';

/** Kept for look-ups as of an earlier time, of losses and of beginnings. */
const maxTimes = 1024;

/** Since when DNS has been watched, and when responses were lost. Event times in microseconds. */
export class Watch {
  private first = Number.POSITIVE_INFINITY;
  private readonly beginnings = new Times(maxTimes);
  private readonly losses = new Times(maxTimes);
  private completeTo = Number.POSITIVE_INFINITY;

  /** Something came from the DNS side. */
  alive(time: number): void {
    this.first = Math.min(this.first, time);
  }

  /** Somebody began to watch: of what was before he knows nothing, and whoever did may have ended some time before. */
  began(time: number): void {
    this.beginnings.enter(time);
  }

  lost(time: number): void {
    this.losses.enter(time);
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
    return this.beginnings.lastBy(at) ?? (this.first <= at ? this.first : undefined);
  }

  lostBetween(from: number, to: number): boolean {
    const last = this.losses.lastBy(to);
    return last !== undefined && last >= from;
  }
}
