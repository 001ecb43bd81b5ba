import { LRUCache } from 'lru-cache';
import type { Owner } from './owners.js';
import type { Space } from './shares.js';

/** What is remembered of one process. Times are event times in microseconds, infinite where it never happened. */
export interface Habits {
  readonly start: number;
  firstHeard: number;
  firstEncrypted: number;
  /** Namespaces it received answers in; a process may change its own. */
  spaces: readonly Space[];
  lastSeen: number;
}

/** Namespaces remembered per process. */
const maxSpaces = 4;

const nowhere: readonly Space[] = [];

/** Which processes heard answers, and which speak encrypted DNS. Bounded: the least recently used is forgotten. */
export class Processes {
  /** By pid: a number is found faster than a text of pid and start, and only the latest process of a pid lives. */
  private readonly habits: LRUCache<number, Habits>;
  /** How often it has changed whom `find` gives and in which spaces they are, modulo 2^32. */
  changes = 0;
  /** The last list of one namespace: nearly all processes have the same. */
  private single: readonly Space[] = nowhere;
  /** Nothing can be said of what a process did not do if it started before this. */
  private forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.habits = new LRUCache({
      max,
      dispose: ({ lastSeen }) => {
        this.forgottenUntil = Math.max(this.forgottenUntil, lastSeen);
        this.change();
      },
    });
  }

  /** It received a response, of whatever kind. */
  heard(owner: Owner, time: number): void {
    const habits = this.of(owner, time);
    if (habits) habits.firstHeard = Math.min(habits.firstHeard, time);
  }

  /** It received a response that it may go by. */
  answered(owner: Owner, time: number): void {
    const habits = this.of(owner, time);
    if (!habits) return;
    if (!habits.spaces.includes(owner.netns) && habits.spaces.length < maxSpaces) {
      habits.spaces = this.with(owner.netns, habits.spaces);
      this.change();
    }
  }

  encrypted(owner: Owner, time: number): void {
    const habits = this.of(owner, time);
    if (habits) habits.firstEncrypted = Math.min(habits.firstEncrypted, time);
  }

  /** Undefined for a process that did nothing worth remembering, or was forgotten. */
  find(owner: Owner): Habits | undefined {
    const habits = this.habits.peek(owner.pid);
    return habits?.start === owner.start ? habits : undefined;
  }

  /** Whether a process that is not found has done nothing, rather than been forgotten. */
  isNew(owner: Owner): boolean {
    return isKnown(owner) && owner.start > this.forgottenUntil;
  }

  private with(space: Space, spaces: readonly Space[]): readonly Space[] {
    if (spaces.length > 0) return spaces.concat(space);
    if (!this.single.includes(space)) this.single = [space];
    return this.single;
  }

  private change(): void {
    this.changes = (this.changes + 1) | 0;
  }

  private of(owner: Owner, time: number): Habits | undefined {
    if (!isKnown(owner)) return undefined;
    let habits = this.habits.get(owner.pid);
    if (habits && habits.start > owner.start) return undefined; // of a process whose pid is in use again
    if (habits?.start !== owner.start) {
      habits = {
        start: owner.start,
        firstHeard: Number.POSITIVE_INFINITY,
        firstEncrypted: Number.POSITIVE_INFINITY,
        spaces: nowhere,
        lastSeen: time,
      };
      this.habits.set(owner.pid, habits);
      this.change();
    }
    habits.lastSeen = Math.max(habits.lastSeen, time);
    return habits;
  }
}

/** Pids are used again; only with its start is a process itself. */
function isKnown({ pid, start }: Owner): boolean {
  return !Number.isNaN(pid) && !Number.isNaN(start);
}
