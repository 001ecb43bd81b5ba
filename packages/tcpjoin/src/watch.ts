import { LRUCache } from 'lru-cache';
import { Times } from './times.js';

/** Kept for look-ups as of an earlier time, of losses and of beginnings. */
const maxTimes = 1024;

/** Boots that are remembered, the last ones to be watched. */
const maxBoots = 64;

/** How DNS has been watched, in each boot. */
export class Watches {
  private readonly byBoot = new LRUCache<number, Watch>({ max: maxBoots });
  private completeTo = Number.POSITIVE_INFINITY;

  /** To be asked: of a boot in which nobody watched nothing is remembered. */
  of(boot: number): Watch {
    return this.byBoot.peek(boot) ?? nobodys;
  }

  /** To be told something. */
  toldOf(boot: number): Watch {
    const known = this.byBoot.get(boot);
    if (known) return known;
    const watch = new Watch();
    this.byBoot.set(boot, watch);
    return watch;
  }

  /** What came later than that was not read to its end. */
  cut(time: number): void {
    this.completeTo = Math.min(this.completeTo, time);
  }

  isCompleteTo(at: number): boolean {
    return at <= this.completeTo;
  }
}

/** Since when DNS has been watched in one boot, and when responses were lost. Event times in microseconds. */
class Watch {
  private first = Number.POSITIVE_INFINITY;
  private readonly beginnings = new Times(maxTimes);
  private readonly losses = new Times(maxTimes);

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

  /** When that watching began which goes on at `at`. */
  begunBy(at: number): number | undefined {
    return this.beginnings.lastBy(at) ?? (this.first <= at ? this.first : undefined);
  }

  lostBetween(from: number, to: number): boolean {
    const last = this.losses.lastBy(to);
    return last !== undefined && last >= from;
  }
}

const nobodys = new Watch();
