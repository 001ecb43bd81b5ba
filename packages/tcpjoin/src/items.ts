import type { Line } from '@tcppipe/cli';
import { ByKey } from './by-key.js';
import type { Destination } from './destination.js';
import type { Item } from './item.js';
import type { Progress } from './merge.js';
import type { Owner } from './owners.js';
import { destinationIn, ownerIn, tell } from './telling.js';
import { Boot, isMicroseconds, type Timeline } from './timeline.js';

/** Fields by which readers number the lines: where a record comes from, and where its connection leads. */
export const numberedBy = [['run', 'pid', 'pid_start_us', 'netns', 'mntns'], ['daddr']];
const originKey = 0;
const daddrKey = 1;

/** Sorts behind all others. */
const unknownRun = '\uffff';

/** The process that a record is about, in its boot. */
interface Origin {
  /** No other has it. */
  readonly number: number;
  readonly run: string;
  readonly boot: Boot;
  readonly owner: Owner;
}

/** Makes items of the records of one input. What many of them have in common is looked at once. */
export class Items {
  private readonly origins = new ByKey<Origin>();
  private readonly destinations = new ByKey<Destination>();
  private runsLearnt = 0;

  /** `index` and `count` of the inputs, each of which numbers its lines for itself. */
  constructor(
    private readonly timeline: Timeline,
    private readonly index: number,
    private readonly count: number,
  ) {}

  /** A record without a time has its place behind what came before it. */
  fill(item: Item, line: Line, before: Progress): void {
    const { record } = line;
    const mono = record.mono_us;
    const origin = this.origins.get(line.key?.(originKey) ?? -1);
    if (origin && isMicroseconds(mono) && this.runsLearnt === this.timeline.runsLearnt) {
      item.run = origin.run;
      item.time = origin.boot.origin + mono;
      item.owner = origin.owner;
      item.originNumber = origin.number;
    } else {
      this.putInPlace(item, line, before.clock);
    }
    const daddr = line.key?.(daddrKey) ?? -1;
    item.daddrNumber = daddr < 0 ? -1 : daddr * this.count + this.index;
    tell(item, record, this.destinationOf(line, daddr));
  }

  private putInPlace(item: Item, line: Line, clock: number): void {
    const { record } = line;
    const moment = this.timeline.momentOf(record);
    item.run = moment?.run ?? unknownRun;
    item.time = moment?.time ?? Math.max(clock, 0);
    const boot = moment?.boot ?? new Boot(0);
    item.owner = ownerIn(record, boot);
    if (this.runsLearnt !== this.timeline.runsLearnt) this.origins.clear();
    this.runsLearnt = this.timeline.runsLearnt;
    if (isMicroseconds(record.mono_us))
      this.origins.set(line.key?.(originKey) ?? -1, {
        number: this.timeline.numberOrigin(),
        run: item.run,
        boot,
        owner: item.owner,
      });
  }

  private destinationOf(line: Line, key: number): Destination | undefined {
    const known = this.destinations.get(key);
    if (known) return known;
    const destination = destinationIn(line.record);
    if (destination) this.destinations.set(key, destination);
    return destination;
  }
}
