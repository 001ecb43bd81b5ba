import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, release } from 'node:os';
import { version } from '@tcppipe/cli';
import { type LostRecord, type ReadyRecord, schemaVersion } from '@tcppipe/events';
import type { WallClock } from './clock.js';

/** What every record of a source begins with, after its type. */
export interface Stamp {
  ts: number;
  mono_us: number;
  run: string;
  seq: number;
}

/** What lines have that are written without a record of each. */
interface LineStart {
  /** The number of the first. */
  readonly seq: number;
  /** How many there may be. */
  readonly most: number;
  /** CLOCK_REALTIME minus CLOCK_BOOTTIME, in microseconds. */
  readonly offsetUs: number;
}

/** Numbers, stamps and passes on the records of one source process, and keeps its account of what was lost. */
export class Emitter {
  readonly run = randomBytes(4).toString('hex');
  /** Events passed on, `lost` and `ready` records not among them. */
  emitted = 0;
  lost = 0;
  /** The same, by reason. */
  readonly lostBy = new Map<string, number>();
  /** How many are lost and not yet said to be, by reason. */
  private readonly unsaid = new Map<string, number>();
  private seq = 0;

  constructor(
    private readonly tool: string,
    private readonly write: (record: object) => void,
    private readonly clock: WallClock,
    private readonly limit = Number.POSITIVE_INFINITY,
  ) {}

  /** How many more events are wanted. */
  get wanted(): number {
    return this.limit - this.emitted;
  }

  /** The next number and the time of an event; each stamp must be emitted. */
  stamp(monoUs: number): Stamp {
    return { ts: this.clock.ts(monoUs), mono_us: monoUs, run: this.run, seq: this.seq++ };
  }

  /** The next number and the time of what comes from elsewhere than the kernel's ring. */
  stampNow(): Stamp {
    return this.stamp(this.clock.monoUs());
  }

  emit(record: object): void {
    this.emitted++;
    this.write(record);
  }

  /** Has `write` write events without a record of each. */
  emitLines<T extends { readonly lines: number }>(write: (start: LineStart) => T): T {
    const written = write({ seq: this.seq, most: this.wanted, offsetUs: this.clock.offsetUs });
    this.seq += written.lines;
    this.emitted += written.lines;
    return written;
  }

  /** Passes a record on that is not an event of its own: neither limits nor counts know of it. */
  note(record: object): void {
    this.write(record);
  }

  /** Counts events that are missing from here on; `sayLost` says so. */
  lose(count: number, reason: string): void {
    this.lost += count;
    for (const counts of [this.lostBy, this.unsaid]) counts.set(reason, (counts.get(reason) ?? 0) + count);
  }

  /** Passes on what was lost since the last time, a record for each reason. @returns whether there was anything */
  sayLost(): boolean {
    const unsaid = [...this.unsaid];
    this.unsaid.clear();
    for (const [reason, count] of unsaid) {
      const record: LostRecord = { type: 'lost', ...this.stampNow(), tool: this.tool, count, reason };
      this.seq += count - 1;
      this.write(record);
    }
    return unsaid.length > 0;
  }

  ready(hooks: string[]): void {
    const record: ReadyRecord = {
      type: 'ready',
      ...this.stampNow(),
      tool: this.tool,
      version,
      schema: schemaVersion,
      host: hostname(),
      boot_id: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      kernel: release(),
      hooks,
    };
    this.write(record);
  }
}
