import { LRUCache } from 'lru-cache';
import type { Owner } from './answers.js';
import type { Space } from './table.js';

/** What is remembered of one process. Times are event times in microseconds, infinite where it never happened. */
export interface Habits {
  firstAnswer: number;
  firstEncrypted: number;
  /** Namespaces it received answers in; a process may change its own. */
  readonly spaces: Space[];
  lastSeen: number;
}

/** Namespaces remembered per process. */
const maxSpaces = 4;

/** Which processes asked, and which speak encrypted DNS. Bounded: the least recently used is forgotten. */
export class Processes {
  private readonly habits: LRUCache<string, Habits>;
  /** Nothing can be said of what a process did not do if it started before this. */
  private forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor(max: number) {
    this.habits = new LRUCache({
      max,
      dispose: ({ lastSeen }, _key, why) => {
        if (why === 'evict') this.forgottenUntil = Math.max(this.forgottenUntil, lastSeen);
      },
    });
  }

  answered(owner: Owner, time: number): void {
    const habits = this.of(owner, time);
    if (!habits) return;
    habits.firstAnswer = Math.min(habits.firstAnswer, time);
    if (!habits.spaces.includes(owner.netns) && habits.spaces.length < maxSpaces) {
      habits.spaces.push(owner.netns);
    }
  }

  encrypted(owner: Owner, time: number): void {
    const habits = this.of(owner, time);
    if (habits) habits.firstEncrypted = Math.min(habits.firstEncrypted, time);
  }

  /** Undefined for a process that did nothing worth remembering, or was forgotten. */
  find(owner: Owner): Habits | undefined {
    return isKnown(owner) ? this.habits.get(keyOf(owner)) : undefined;
  }

  /** Whether a process that is not found has done nothing, rather than been forgotten. */
  isNew(owner: Owner): boolean {
    return isKnown(owner) && owner.start > this.forgottenUntil;
  }

  private of(owner: Owner, time: number): Habits | undefined {
    if (!isKnown(owner)) return undefined;
    const key = keyOf(owner);
    let habits = this.habits.get(key);
    if (!habits) {
      habits = {
        firstAnswer: Number.POSITIVE_INFINITY,
        firstEncrypted: Number.POSITIVE_INFINITY,
        spaces: [],
        lastSeen: time,
      };
      this.habits.set(key, habits);
    }
    habits.lastSeen = Math.max(habits.lastSeen, time);
    return habits;
  }
}

/** Pids are used again; only with its start is a process itself. */
function isKnown({ pid, start }: Owner): boolean {
  return !Number.isNaN(pid) && !Number.isNaN(start);
}

function keyOf({ pid, start }: Owner): string {
  return `${pid}/${start}`;
}
