/** When something happened, for look-ups as of any time: the latest `max` times. */
export class Times {
  private readonly inOrder: number[] = [];

  constructor(private readonly max: number) {}

  enter(time: number): void {
    const { inOrder } = this;
    let at = inOrder.length;
    while (at > 0 && inOrder[at - 1]! > time) at--;
    if (at > 0 && inOrder[at - 1] === time) return;
    inOrder.splice(at, 0, time);
    if (inOrder.length > this.max) inOrder.shift();
  }

  /** The last of them that is no later. */
  lastBy(at: number): number | undefined {
    return this.inOrder.findLast(time => time <= at);
  }
}
