import type { Input } from './input.js';
import type { Merge, Timed } from './merge.js';

/** How far the last has come, of all inputs and of those that catch up, in event time. */
interface LeastClocks {
  readonly all: number;
  readonly catchingUp: number;
}

/** Which inputs may be read on: a file only while no other has come less far. */
export class Turns {
  /** Live ones that are still reading what was there before. */
  private readonly catchingUp: Set<number>;
  /** Those without an index look again each time. */
  private waiting: { readonly index: number | undefined; readonly go: () => void }[] = [];

  constructor(
    private readonly inputs: readonly Pick<Input, 'isLive' | 'caughtUp'>[],
    private readonly merge: Pick<Merge<Timed>, 'clockOf' | 'leastClock'>,
  ) {
    this.catchingUp = new Set(inputs.flatMap(({ caughtUp }, index) => (caughtUp ? [index] : [])));
  }

  /** From now on it is taken as it comes, or has ended. */
  caughtUp(index: number): void {
    this.catchingUp.delete(index);
  }

  /** Live, and not one that is still reading what was there before. */
  isTakenAsItComes(index: number): boolean {
    return this.inputs[index]!.isLive && !this.catchingUp.has(index);
  }

  /** A file waits for all inputs that have come less far; one that catches up only for those that do so, too. */
  mayReadOn(index: number, least = this.leastClocks()): boolean {
    const clock = this.merge.clockOf(index);
    return (
      this.isTakenAsItComes(index) || clock <= (this.catchingUp.has(index) ? least.catchingUp : least.all)
    );
  }

  /** Resolves when the input may be read on. */
  async of(index: number): Promise<void> {
    while (!this.mayReadOn(index)) await this.next(index);
  }

  /** Resolves at the next `give`, for an input when its turn has come. */
  next(index?: number): Promise<void> {
    return new Promise(go => {
      this.waiting.push({ index, go });
    });
  }

  /** Lets those go on whose turn has come. */
  give(): void {
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    const least = this.leastClocks();
    for (const one of waiting) {
      if (one.index === undefined || this.mayReadOn(one.index, least)) one.go();
      else this.waiting.push(one);
    }
  }

  private leastClocks(): LeastClocks {
    return { all: this.merge.leastClock(), catchingUp: this.merge.leastClock(this.catchingUp) };
  }
}
