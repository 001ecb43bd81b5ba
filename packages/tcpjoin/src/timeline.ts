import type { AnyRecord } from '@tcppipe/events';
import { detached } from './detached.js';
import { Owners } from './owners.js';

/** One boot of a host: `origin` is its start in microseconds since the Unix epoch. */
export class Boot {
  /** Its processes, their starts in event time. */
  readonly owners = new Owners();

  constructor(
    readonly origin: number,
    public id?: string,
  ) {}
}

/** Where a record stands: `time` in microseconds since the epoch, on the one axis that all inputs share. */
export interface Moment {
  readonly time: number;
  readonly boot: Boot;
}

/** Runs that no `ready` record names belong to one boot when their boots began within this many microseconds. */
const sameBootUs = 60e6;
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
  private readonly bootOfRun = new Map<string, Boot>();
  private readonly boots: Boot[] = [];

  /** Undefined for a record without a usable time. */
  momentOf(record: AnyRecord): Moment | undefined {
    const mono = record.mono_us;
    if (isMicroseconds(mono)) {
      const boot = this.bootOf(record, mono);
      return { time: boot.origin + mono, boot };
    }
    const wall = wallUs(record.ts);
    return wall === undefined ? undefined : { time: wall, boot: this.boots.at(-1) ?? this.bootAt(wall) };
  }

  private bootOf(record: AnyRecord, mono: number): Boot {
    const run = typeof record.run === 'string' ? record.run : '';
    const isNamed = record.type === 'ready' && typeof record.boot_id === 'string';
    const known = this.bootOfRun.get(run);
    if (known && !isNamed) return known;
    const wall = wallUs(record.ts);
    const origin = wall === undefined ? undefined : wall - mono;
    const boot = isNamed
      ? this.bootNamed(record.boot_id as string, origin ?? 0)
      : this.bootAt(origin ?? this.boots.at(-1)?.origin ?? 0);
    this.runsLearnt++;
    this.bootOfRun.set(detached(run), boot);
    if (this.bootOfRun.size > maxRuns) this.bootOfRun.delete(this.bootOfRun.keys().next().value!);
    return boot;
  }

  private bootNamed(id: string, origin: number): Boot {
    const known = this.boots.find(boot => boot.id === id);
    if (known) return known;
    const nameless = this.boots.find(
      boot => boot.id === undefined && Math.abs(boot.origin - origin) < sameBootUs,
    );
    if (nameless) nameless.id = id;
    return nameless ?? this.remember(new Boot(origin, id));
  }

  private bootAt(origin: number): Boot {
    const near = this.boots.findLast(boot => Math.abs(boot.origin - origin) < sameBootUs);
    return near ?? this.remember(new Boot(origin));
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
