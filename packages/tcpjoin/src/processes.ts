import { LRUCache } from 'lru-cache';
import type { Owner } from './owners.js';
import type { Space } from './shares.js';

/** What is remembered of a process, but for its spaces: event times in microseconds, infinite where it never happened. */
const columns = 4;
const start = 0;
const firstHeard = 1;
const firstEncrypted = 2;
const lastSeen = 3;

const firstRows = 1024;
/** Namespaces remembered per process. */
const maxSpaces = 4;

const nowhere: readonly Space[] = [];

/**
 * Which processes heard answers, where, and which speak encrypted DNS. Bounded: the least recently used is forgotten. Rows of
 * numbers: where each process asks once, objects in their stead took a seventh of all time, most of it to collect them.
 */
export class Processes {
  /** Rows by pid: a number is found faster than a text of pid and start, and only the latest process of a pid lives. */
  private readonly rows: LRUCache<number, number>;
  private times = new Float64Array(firstRows * columns);
  /** Namespaces that the process of each row received answers in; a process may change its own. */
  private readonly spaces: (readonly Space[])[] = [];
  private readonly freeRows: number[] = [];
  /** How often it has changed whom it knows and in which spaces they are, modulo 2^32. */
  changes = 0;
  /** The last list of one namespace: nearly all processes have the same. */
  private single: readonly Space[] = nowhere;
  /** Nothing can be said of what a process did not do if it started before this. */
  private forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.rows = new LRUCache({
      max,
      dispose: row => {
        this.forget(row);
        this.freeRows.push(row);
      },
    });
  }

  /** It received a response, of whatever kind. */
  heard(owner: Owner, time: number): void {
    this.note(owner, firstHeard, time);
  }

  /** It received a response that it may go by. */
  answered(owner: Owner, time: number): void {
    const row = this.rowFor(owner, time);
    if (row === undefined) return;
    const known = this.spaces[row]!;
    if (known.includes(owner.netns) || known.length >= maxSpaces) return;
    this.spaces[row] = this.with(owner.netns, known);
    this.change();
  }

  encrypted(owner: Owner, time: number): void {
    this.note(owner, firstEncrypted, time);
  }

  /** Processes remembered, and rows for them: never many more. */
  get size(): { known: number; rows: number } {
    return { known: this.rows.size, rows: this.spaces.length };
  }

  /** Where it received answers; undefined for a process that did nothing worth remembering, or was forgotten. */
  spacesOf(owner: Owner): readonly Space[] | undefined {
    const row = this.rowOf(owner);
    return row === undefined ? undefined : this.spaces[row];
  }

  /** Whether it is known to have spoken encrypted DNS by then. */
  wasEncryptedBy(owner: Owner, at: number): boolean {
    const row = this.rowOf(owner);
    return row !== undefined && this.time(row, firstEncrypted) <= at;
  }

  /** Whether it is known to have received no response by then. */
  hadHeardNothingBy(owner: Owner, at: number): boolean {
    const row = this.rowOf(owner);
    if (row !== undefined) return this.time(row, firstHeard) > at;
    return isKnown(owner) && owner.start > this.forgottenUntil;
  }

  private time(row: number, column: number): number {
    return this.times[row * columns + column]!;
  }

  private note(owner: Owner, column: number, time: number): void {
    const row = this.rowFor(owner, time);
    if (row !== undefined && time < this.time(row, column)) this.times[row * columns + column] = time;
  }

  private rowOf(owner: Owner): number | undefined {
    const row = this.rows.peek(owner.pid);
    return row !== undefined && this.time(row, start) === owner.start ? row : undefined;
  }

  /** The row of a process that was seen at that time, undefined where that cannot be remembered. */
  private rowFor(owner: Owner, time: number): number | undefined {
    if (!isKnown(owner)) return undefined;
    let row = this.rows.get(owner.pid);
    if (row !== undefined && this.time(row, start) > owner.start) {
      // A process whose pid is in use again: what it did is not remembered.
      this.forgottenUntil = Math.max(this.forgottenUntil, time);
      return undefined;
    }
    if (row === undefined) {
      row = this.takeRow();
      this.enter(row, owner.start, time);
      this.rows.set(owner.pid, row);
    } else if (this.time(row, start) !== owner.start) {
      this.forget(row);
      this.enter(row, owner.start, time);
    }
    if (time > this.time(row, lastSeen)) this.times[row * columns + lastSeen] = time;
    return row;
  }

  private takeRow(): number {
    const row = this.freeRows.pop() ?? this.spaces.length;
    if ((row + 1) * columns > this.times.length) {
      const more = new Float64Array(2 * this.times.length);
      more.set(this.times);
      this.times = more;
    }
    return row;
  }

  private enter(row: number, started: number, time: number): void {
    this.times.fill(Number.POSITIVE_INFINITY, row * columns, (row + 1) * columns);
    this.times[row * columns + start] = started;
    this.times[row * columns + lastSeen] = time;
    // It may be one that was forgotten: nothing can be said then of what it had not heard.
    if (started <= this.forgottenUntil) this.times[row * columns + firstHeard] = Number.NEGATIVE_INFINITY;
    this.spaces[row] = nowhere;
    this.change();
  }

  private forget(row: number): void {
    this.forgottenUntil = Math.max(this.forgottenUntil, this.time(row, lastSeen));
    this.change();
  }

  private with(space: Space, spaces: readonly Space[]): readonly Space[] {
    if (spaces.length > 0) return spaces.concat(space);
    if (!this.single.includes(space)) this.single = [space];
    return this.single;
  }

  private change(): void {
    this.changes = (this.changes + 1) | 0;
  }
}

/** Pids are used again; only with its start is a process itself. */
function isKnown({ pid, start }: Owner): boolean {
  return !Number.isNaN(pid) && !Number.isNaN(start);
}
