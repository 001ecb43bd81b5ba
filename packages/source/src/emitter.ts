import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { type Output, version } from '@tcppipe/cli';
import { type LostRecord, type ReadyRecord, schemaVersion, serialise } from '@tcppipe/events';
import type { WallClock } from './clock.js';

/** What every record of a source begins with, after its type. */
export interface Stamp {
  ts: number;
  mono_us: number;
  run: string;
  seq: number;
}

/** Numbers, stamps and writes the records of one source process, and keeps its account of what was lost. */
export class Emitter {
  readonly run = randomBytes(4).toString('hex');
  /** Events written, `lost` and `ready` records not among them. */
  emitted = 0;
  lost = 0;
  private seq = 0;

  constructor(
    private readonly tool: string,
    private readonly out: Output,
    private readonly clock: WallClock,
  ) {}

  /** The next number and the time of an event; each stamp must be written. */
  stamp(monoUs: number): Stamp {
    return { ts: this.clock.ts(monoUs), mono_us: monoUs, run: this.run, seq: this.seq++ };
  }

  emit(record: object): void {
    this.emitted++;
    this.out.write(serialise(record));
  }

  /** Says that `count` events are missing from here on. */
  lose(count: number, reason: string): void {
    const record: LostRecord = {
      type: 'lost',
      ...this.stamp(this.clock.monoUs()),
      tool: this.tool,
      count,
      reason,
    };
    this.seq += count - 1;
    this.lost += count;
    this.out.write(serialise(record));
  }

  ready(hooks: string[]): void {
    const record: ReadyRecord = {
      type: 'ready',
      ...this.stamp(this.clock.monoUs()),
      tool: this.tool,
      version,
      schema: schemaVersion,
      host: hostname(),
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      kernel: release(),
      hooks,
    };
    this.out.write(serialise(record));
  }
}
