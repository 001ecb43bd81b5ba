import type { Line } from '@tcppipe/cli';
import { ByKey } from './by-key.js';
import type { Destination } from './destination.js';
import type { Item } from './item.js';
import type { Merge, Timed } from './merge.js';
import type { Member } from './owners.js';
import { destinationIn, ownerIn, tell } from './telling.js';
import { isMicroseconds, type Run, type Timeline } from './timeline.js';

/** Fields by which readers number the lines: where a record comes from, and where its connection leads. */
export const numberedBy = [['run', 'pid', 'pid_start_us', 'netns', 'mntns'], ['daddr']];
const originKey = 0;
const daddrKey = 1;

/** Sorts behind all others. */
const unknownRun = '\uffff';

/** Where records come from. */
interface Origin {
  readonly owner: Member;
  readonly run: Run;
}

/** Makes items of the records of all inputs, whose lines are numbered together. What many of them have in common is looked at once. */
export class Items {
  private readonly origins = new ByKey<Origin>();
  private readonly destinations = new ByKey<Destination>();
  private runsLearnt = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly clocks: Pick<Merge<Timed>, 'clockOf'>,
  ) {}

  /** A record without a time has its place behind what came before it from the same input. */
  fill(item: Item, line: Line, input: number): void {
    const { record } = line;
    const mono = record.mono_us;
    const origin = line.key?.(originKey) ?? -1;
    const known = this.origins.get(origin);
    if (known && isMicroseconds(mono) && this.runsLearnt === this.timeline.runsLearnt) {
      const { owner, run } = known;
      item.run = run.name ?? unknownRun;
      item.time = run.boot.origin + mono;
      item.owner = owner;
      item.originNumber = owner.number;
    } else {
      this.putInPlace(item, line, origin, input);
    }
    const daddr = line.key?.(daddrKey) ?? -1;
    item.daddrNumber = daddr;
    tell(item, record, this.destinationOf(line, daddr));
  }

  private putInPlace(item: Item, { record }: Line, origin: number, input: number): void {
    const moment = this.timeline.momentOf(record);
    const owner = ownerIn(record, moment?.run.boot ?? this.timeline.noBoot);
    item.run = moment?.run.name ?? unknownRun;
    item.time = moment?.time ?? Math.max(this.clocks.clockOf(input), 0);
    item.owner = owner;
    if (this.runsLearnt !== this.timeline.runsLearnt) this.origins.clear();
    this.runsLearnt = this.timeline.runsLearnt;
    if (moment && isMicroseconds(record.mono_us)) this.origins.set(origin, { owner, run: moment.run });
  }

  private destinationOf(line: Line, key: number): Destination | undefined {
    const known = this.destinations.get(key);
    if (known) return known;
    const destination = destinationIn(line.record);
    if (destination) this.destinations.set(key, destination);
    return destination;
  }
}
