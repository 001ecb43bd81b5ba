import type { Line, Output } from '@tcppipe/cli';
import { Held } from './held.js';
import { batchesOf, type Input, Unreadable } from './input.js';
import type { Item } from './item.js';
import { Items } from './items.js';
import { Merge } from './merge.js';
import { Timeline } from './timeline.js';
import { Turns } from './turns.js';
import { type Due, Waits } from './waits.js';

export interface FeedOptions {
  /** Disorder allowed for within an input, and how long a silent live input is waited for. */
  readonly slackMs: number;
  /** The item is the caller's until this returns, its bytes until `out` is asked for room. */
  readonly deliver: (item: Item) => void;
  /** Where what is delivered goes. */
  readonly out: Pick<Output, 'full' | 'room'>;
  /** Called when an input was stopped: of what comes after this event time it may have had more to say. */
  readonly onCut?: (time: number) => void;
  /** `maxHeld` if not given. */
  readonly maxHeld?: number;
}

/** Records held at most, and bytes of their lines; beyond that the oldest goes on without waiting. */
export const maxHeld = 65_536;
export const maxHeldBytes = 64 * 1024 * 1024;
/**
 * From the first part of either on a live input that is ahead is paused, until the second, if the slack is no longer than so many
 * milliseconds: what has waited in a source's ring comes faster than it may go on. But who is not read for long loses it there:
 * for so many slacks, and where that was in vain, as all is of one slack or those behind are busy, not again for so many
 * milliseconds.
 */
const highWater = 7 / 8;
const lowWater = 1 / 2;
const maxPauseSlackMs = 100;
const pauseSlacks = 1.25;
const pauseInVainMs = 1000;

/**
 * Reads inputs side by side and delivers their records in event time. A record goes on when every input has come
 * past it; one from a live input also when it has waited `slackMs` and those that lag have been silent as long.
 */
export class Feed {
  /** Records that went on early because too many were held. */
  hurried = 0;
  /** Whether all that was read is delivered. */
  isDelivered = false;
  private readonly held = new Held();
  private readonly merge: Merge<Item>;
  private readonly items: Items;
  private readonly waits: Waits;
  /** Of each input, since when it has been waited for; infinite while what it gave is being used. */
  private readonly askedSince: number[];
  private readonly turns: Turns;
  private timer: NodeJS.Timeout | undefined;
  /** When it last was that what had waited long enough went on. */
  private overtookAt = Number.NEGATIVE_INFINITY;
  /** When an input may be paused again. */
  private mayPauseFrom = Number.NEGATIVE_INFINITY;
  private readonly maxHeld: number;
  /** Ends when what had waited long enough is delivered: nothing is read meanwhile, as more could come than there is room for. */
  private overtaking: Promise<void> | undefined;
  private isOver = false;
  /** The first input that could not be read. */
  private unreadable: Unreadable | undefined;
  private fail: (error: unknown) => void = () => {};

  constructor(
    private readonly inputs: readonly Input[],
    private readonly options: FeedOptions,
  ) {
    this.maxHeld = options.maxHeld ?? maxHeld;
    this.merge = new Merge(inputs.length, options.slackMs * 1e3);
    this.items = new Items(new Timeline(), this.merge);
    this.waits = new Waits(options.slackMs);
    this.askedSince = inputs.map(() => Number.NEGATIVE_INFINITY);
    this.turns = new Turns(inputs, this.merge);
  }

  /**
   * Resolves when all inputs have ended and everything is delivered. Of an input that cannot be read, what it gave is delivered,
   * and of the others all if they are files, which end; beside one that is live what they have given.
   * @throws what reading, after that, or delivering throws
   */
  async run(): Promise<void> {
    const failure = new Promise<never>((_resolve, reject) => {
      this.fail = reject;
    });
    try {
      await Promise.race([Promise.all(this.inputs.map((input, index) => this.pump(input, index))), failure]);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.unreadable ??= error;
    } finally {
      clearTimeout(this.timer);
      this.isOver = true;
    }
    if (this.unreadable) await this.deliver(Number.POSITIVE_INFINITY);
    this.isDelivered = true;
    if (this.unreadable) throw this.unreadable.cause;
  }

  private async pump(input: Input, index: number): Promise<void> {
    const { caughtUp, stop } = input;
    caughtUp?.then(() => this.noteCaughtUp(index)).catch(this.fail);
    try {
      await this.readAll(input, index);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.options.onCut?.(this.merge.completeTo(index));
      if (this.inputs.some(({ isLive }, other) => other !== index && isLive && this.merge.isOpen(other)))
        throw error;
      this.unreadable ??= error;
    }
    if (this.isOver) return;
    if (stop?.aborted) this.options.onCut?.(this.merge.completeTo(index));
    this.merge.end(index);
    this.turns.caughtUp(index);
    if (this.othersEnded()) for (const input of this.inputs) input.onOthersEnded?.();
    await this.proceed();
  }

  private async readAll(input: Input, index: number): Promise<void> {
    const { isLive } = input;
    for await (const lines of batchesOf(input)) {
      if (this.isOver) return;
      this.askedSince[index] = Number.POSITIVE_INFINITY;
      for (const line of lines) {
        this.add(index, line);
        if (this.isTooEarly(index)) {
          await this.proceed();
          await this.turns.of(index);
        }
      }
      if (isLive) this.noteRead(index);
      await this.proceed();
      await this.overtaking;
      if (isLive) await this.pause(index);
      await this.turns.of(index);
      this.askedSince[index] = performance.now();
    }
  }

  /** Whether so much waits that an input gives no more of what it has before those that have come less far have given theirs. */
  private isTooEarly(index: number): boolean {
    return this.heldPart() > lowWater && !this.turns.mayReadOn(index);
  }

  /** Pauses the input that has come furthest, if too much waits, until half of that has waited for others as it should. */
  private async pause(index: number): Promise<void> {
    const { slackMs } = this.options;
    const now = performance.now();
    if (this.heldPart() <= highWater || slackMs > maxPauseSlackMs || now < this.mayPauseFrom) return;
    const isOver = () => this.heldPart() <= lowWater || !this.merge.isAhead(index) || this.waits.isEmpty;
    while (!isOver() && this.overtookAt < now + pauseSlacks * slackMs) await this.turns.next();
    if (!isOver()) this.mayPauseFrom = performance.now() + pauseInVainMs;
    await this.overtaking;
  }

  /** Which part of what may wait does. */
  private heldPart(): number {
    return Math.max(this.merge.held / this.maxHeld, this.held.size / maxHeldBytes);
  }

  private async noteCaughtUp(index: number): Promise<void> {
    this.turns.caughtUp(index);
    await this.proceed();
  }

  private add(index: number, line: Line): void {
    const item = this.held.keep(line);
    this.items.fill(item, line, index);
    this.merge.add(index, item);
    while (this.merge.held > this.maxHeld || this.held.size > maxHeldBytes) {
      this.hurried++;
      this.release(this.merge.take(Number.POSITIVE_INFINITY)!);
    }
    // With every record, not with every batch: what comes out must not depend on how the input was cut.
    this.deliverComplete();
  }

  /** Lets inputs read on, once what they gave is delivered as far as it can be. */
  private proceed(): Promise<void> {
    this.deliverComplete();
    this.turns.give();
    if (this.merge.heldOthers === 0 && this.othersEnded()) {
      for (const input of this.inputs) input.onOthersOut?.();
    }
    return this.room();
  }

  private room(): Promise<void> {
    const room = this.options.out.room();
    this.held.recycle();
    return room;
  }

  private deliverComplete(): void {
    for (let item = this.merge.takeComplete(); item; item = this.merge.takeComplete()) this.release(item);
  }

  /** What has waited may be far more than there is room for. */
  private async deliver(upTo: number): Promise<void> {
    for (let item = this.merge.take(upTo); item; item = this.merge.take(upTo)) {
      this.release(item);
      if (this.options.out.full) await this.room();
    }
  }

  private release(item: Item): void {
    this.options.deliver(item);
    this.held.release(item);
  }

  private othersEnded(): boolean {
    return this.inputs.every(({ isSide }, index) => isSide || !this.merge.isOpen(index));
  }

  private noteRead(index: number): void {
    this.waits.enter(performance.now(), this.merge.clockOf(index));
    if (!this.isOver) this.timer ??= this.overtakeIn(this.options.slackMs);
  }

  /** Once inputs that have something have given it: after this process was stopped its timers are the first to know. */
  private overtakeIn(ms: number): NodeJS.Timeout {
    const overtake = () => {
      this.overtaking = this.overtake().catch(this.fail);
    };
    return setTimeout(() => setImmediate(overtake), ms);
  }

  /** Whether an input that says something has not come past what is due. */
  private isHolding(index: number, { upTo, since }: Due): boolean {
    const isSilent = this.turns.isTakenAsItComes(index) && this.askedSince[index]! <= since;
    return !isSilent && this.merge.completeTo(index) < upTo;
  }

  /** Lets go what has waited long enough for live inputs that say nothing. */
  private async overtake(): Promise<void> {
    const now = performance.now();
    this.overtookAt = now;
    const due = this.waits.takeDue(now);
    const holding = this.inputs.flatMap((_input, index) => (this.isHolding(index, due) ? [index] : []));
    const allowed = holding.reduce((least, index) => Math.min(least, this.merge.completeTo(index)), due.upTo);
    // Another recording comes no further by itself.
    const isSoon = holding.every(index => this.turns.isTakenAsItComes(index));
    if (holding.length > 0) this.waits.putBack(due, isSoon);
    await this.deliver(Math.max(allowed, this.merge.horizon()));
    await this.proceed();
    this.timer = undefined;
    if (this.merge.held === 0) this.waits.clear();
    const delay = this.waits.untilDue(performance.now());
    if (delay !== undefined && !this.isOver) this.timer = this.overtakeIn(delay);
  }
}
