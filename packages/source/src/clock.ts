/** A difference below this is jitter of reading two clocks; above, the wall clock was set or slewed. */
const jitterUs = 100;

/** Turns the kernel's boot-time stamps into wall-clock time, following steps of the wall clock. */
export class WallClock {
  /** CLOCK_REALTIME minus CLOCK_BOOTTIME, in microseconds, as far as is known. */
  offsetUs: number;

  /** `readOffsetUs` gives `offsetUs` as it is now. */
  constructor(private readonly readOffsetUs: () => number) {
    this.offsetUs = readOffsetUs();
  }

  /** To be called now and then, say once per batch of events. */
  follow(): void {
    const now = this.readOffsetUs();
    if (Math.abs(now - this.offsetUs) > jitterUs) this.offsetUs = now;
  }

  /** Seconds since the epoch, at most 6 decimals. */
  ts(monoUs: number): number {
    return (monoUs + this.offsetUs) / 1e6;
  }

  /** Microseconds since boot, now. */
  monoUs(): number {
    this.follow(); // else a step of the wall clock since then would be one of this
    return Math.round(Date.now() * 1000 - this.offsetUs);
  }
}
