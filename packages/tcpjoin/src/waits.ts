const maxWaits = 1024;
/** As a part of the slack: what has waited for that, but not yet for its own input to come past it, is looked at again. */
const retryAfter = 1 / 4;

/** What is waited for no longer. */
export interface Due {
  /** The latest of what has waited as long as it had to, in event time (microseconds); negative infinity where nothing has. */
  readonly upTo: number;
  /** Since when at least. */
  readonly since: number;
}

/**
 * How long records of live inputs have waited for others: batches by when they came, in milliseconds of a clock that only
 * goes on, each with the latest event time in it. Bounded: what comes when there are too many waits as long as the last.
 */
export class Waits {
  private list: { since: number; upTo: number }[] = [];

  constructor(private readonly slackMs: number) {}

  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  /** Something came. */
  enter(since: number, upTo: number): void {
    const last = this.list.at(-1);
    if (last && this.list.length >= maxWaits) last.upTo = Math.max(last.upTo, upTo);
    else this.list.push({ since, upTo });
  }

  /** Takes what has waited for the slack. */
  takeDue(now: number): Due {
    const since = now - this.slackMs;
    const firstNotDue = this.list.findIndex(wait => wait.since > since);
    const due = this.list.splice(0, firstNotDue < 0 ? this.list.length : firstNotDue);
    return {
      since,
      upTo: due.reduce((latest, { upTo }) => Math.max(latest, upTo), Number.NEGATIVE_INFINITY),
    };
  }

  /** What was due could not go on: it waits for the slack once more, or where somebody may soon come past it, for less. */
  putBack({ upTo, since }: Due, isSoon: boolean): void {
    this.list.unshift({ since: since + this.slackMs * (isSoon ? retryAfter : 1), upTo });
  }

  /** Nothing waits. */
  clear(): void {
    this.list = [];
  }

  /** Milliseconds until something is due, one at least; undefined where nothing waits. */
  untilDue(now: number): number | undefined {
    const [next] = this.list;
    return next && Math.max(1, next.since - now + this.slackMs);
  }
}
