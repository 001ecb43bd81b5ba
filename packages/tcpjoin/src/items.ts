import type { Line } from '@tcppipe/cli';
import { ByKey } from './by-key.js';
import type { Destination } from './destination.js';
import type { Item } from './item.js';
import type { Progress } from './merge.js';
import type { Member } from './owners.js';
import { destinationIn, ownerIn, tell } from './telling.js';
import { isMicroseconds, type Run, type Timeline } from './timeline.js';

/** Fields by which readers number the lines: where a record comes from, and where its connection leads. */
export const numberedBy = [['run', 'pid', 'pid_start_us', 'netns', 'mntns'], ['daddr']];
const originKey = 0;
const daddrKey = 1;

/** Sorts behind all others. */
const unknownRun = '\uffff';

/** Makes items of the records of one input. What many of them have in common is looked at once. */
export class Items {
  /** Of each origin its process and its run. */
  private readonly owners = new ByKey<Member>();
  private readonly runs = new ByKey<Run>();
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
    const origin = line.key?.(originKey) ?? -1;
    const owner = this.owners.get(origin);
    if (owner && isMicroseconds(mono) && this.runsLearnt === this.timeline.runsLearnt) {
      const { name, boot } = this.runs.get(origin)!;
      item.run = name ?? unknownRun;
      item.time = boot.origin + mono;
      item.owner = owner;
      item.originNumber = owner.number;
    } else {
      this.putInPlace(item, line, origin, before.clock);
    }
    const daddr = line.key?.(daddrKey) ?? -1;
    item.daddrNumber = daddr < 0 ? -1 : daddr * this.count + this.index;
    tell(item, record, this.destinationOf(line, daddr));
  }

  private putInPlace(item: Item, { record }: Line, origin: number, clock: number): void {
    const moment = this.timeline.momentOf(record);
    const owner = ownerIn(record, moment?.run.boot ?? this.timeline.noBoot);
    item.run = moment?.run.name ?? unknownRun;
    item.time = moment?.time ?? Math.max(clock, 0);
    item.owner = owner;
    if (this.runsLearnt !== this.timeline.runsLearnt) {
      this.owners.clear();
      this.runs.clear();
    }
    this.runsLearnt = this.timeline.runsLearnt;
    if (moment && isMicroseconds(record.mono_us)) {
      this.owners.set(origin, owner);
      this.runs.set(origin, moment.run);
    }
  }

  private destinationOf(line: Line, key: number): Destination | undefined {
    const known = this.destinations.get(key);
    if (known) return known;
    const destination = destinationIn(line.record);
    if (destination) this.destinations.set(key, destination);
    return destination;
  }
}
