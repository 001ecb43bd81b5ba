import { type AnyRecord, sameBootUs } from '@tcppipe/events';
import { Owners } from './owners.js';

/** One boot of a host: `origin` is its start in microseconds since the Unix epoch. */
export class Boot {
  /** `number`: how many boots there were before it. `owners`: of this boot and others; their starts are in event time. */
  constructor(
    readonly origin: number,
    readonly owners = new Owners(),
    readonly number = 0,
    public id?: string,
  ) {}

  /** A number for what has that inode number in this boot, and nothing in another: each begins to count anew. */
  unique(inode: number): number {
    return inode + this.number * 2 ** 32;
  }
}

/** A run of a source, or what stands for it where a record names none. */
export interface Run {
  readonly name: string | undefined;
  readonly boot: Boot;
}

/** Where a record stands: `time` in microseconds since the epoch, on the one axis that all inputs share. */
export interface Moment {
  readonly time: number;
  readonly run: Run;
}

const maxRuns = 1024;
const maxBoots = 64;

/**
 * Puts records of any source and boot on one axis. A boot's origin is fixed by its first record (`ts` less
 * `mono_us`), so that within a boot `mono_us` alone decides, however the wall clock is stepped; across boots,
 * and for records without `mono_us`, `ts` does. A run belongs to the boot its `ready` record names, or else to
 * one that began at about the same time.
 */
export class Timeline {
  /** How often it was learnt to which boot a run belongs. */
  runsLearnt = 0;
  private readonly owners = new Owners();
  /** The boot of records without a usable time. */
  readonly noBoot = new Boot(0, this.owners);
  private unnamed: Boot | undefined;
  private bootsSeen = 0;
  private readonly runs = new Map<string | undefined, Run>();
  private readonly boots: Boot[] = [];

  /** Undefined for a record without a usable time. */
  momentOf(record: AnyRecord): Moment | undefined {
    const mono = record.mono_us;
    const name = typeof record.run === 'string' ? record.run : undefined;
    if (isMicroseconds(mono)) {
      const run = this.runOf(name, record, mono);
      return { time: run.boot.origin + mono, run };
    }
    const wall = wallUs(record.ts);
    if (wall === undefined) return undefined;
    const boot = this.runs.get(name)?.boot ?? this.boots.at(-1) ?? this.beforeAll(wall);
    return { time: wall, run: { name, boot } };
  }

  /** The boot of records that say nothing of theirs, when there is no other yet: it has the number of the first. */
  private beforeAll(wall: number): Boot {
    this.unnamed ??= new Boot(wall, this.owners);
    return this.unnamed;
  }

  private runOf(name: string | undefined, record: AnyRecord, mono: number): Run {
    const isNamed = record.type === 'ready' && typeof record.boot_id === 'string';
    const known = this.runs.get(name);
    if (known && !isNamed) return known;
    const wall = wallUs(record.ts);
    const origin = wall === undefined ? undefined : wall - mono;
    const boot = isNamed
      ? this.bootNamed(record.boot_id as string, origin ?? 0)
      : this.bootAt(origin ?? this.boots.at(-1)?.origin ?? 0);
    this.runsLearnt++;
    const run = { name, boot };
    this.runs.set(run.name, run);
    if (this.runs.size > maxRuns) this.runs.delete(this.runs.keys().next().value);
    return run;
  }

  private bootNamed(id: string, origin: number): Boot {
    const known = this.boots.find(boot => boot.id === id);
    if (known) return known;
    const nameless = this.boots.find(
      boot => boot.id === undefined && Math.abs(boot.origin - origin) < sameBootUs,
    );
    if (nameless) nameless.id = id;
    return nameless ?? this.remember(new Boot(origin, this.owners, this.bootsSeen++, id));
  }

  private bootAt(origin: number): Boot {
    const near = this.boots.findLast(boot => Math.abs(boot.origin - origin) < sameBootUs);
    return near ?? this.remember(new Boot(origin, this.owners, this.bootsSeen++));
  }

  private remember(boot: Boot): Boot {
    this.boots.push(boot);
    if (this.boots.length > maxBoots) this.boots.shift();
    return boot;
  }
}

function wallUs(ts: unknown): number | undefined {
  const us = typeof ts === 'number' ? Math.round(ts * 1e6) : Number.NaN;
  return Number.isSafeInteger(us) ? us : undefined;
}

export function isMicroseconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
