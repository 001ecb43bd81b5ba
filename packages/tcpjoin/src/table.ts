import { LRUCache } from 'lru-cache';
import type { Answer } from './answers.js';

/** Whose answers: those of a network namespace (NaN where unknown), or all static ones. */
export type Space = number | 'hosts';

/** Answers kept for one address in one space. */
const maxAnswers = 32;
/** What one place in the table stands for; an address with more to remember takes several. */
const placeBytes = 1600;
/** What an answer costs beside its text, about. */
const answerBytes = 160;
/** A space with more than this share gives way to the others. */
const fairShare = 1 / 4;
/** A namespace that nobody used for so long (microseconds) has probably gone, as those of containers do. */
const idleUs = 600e6;

interface Shelf {
  readonly answers: LRUCache<string, Answer[]>;
  /** Event time of the last use. */
  lastUsed: number;
}

/**
 * Answers by space and address. Bounded in places, each an address of up to 1,600 bytes: beyond `max` something
 * goes, the least recently used of one space. Of the newcomer's own if that holds more than a quarter; else of one
 * long idle; else of the largest. So a flood in one namespace cannot empty the table for the others.
 *
 * Several answers are kept for an address, so that a look-up as of an earlier time finds what held then.
 * Age is therefore judged by who looks up; the cache's own TTL knows only one present.
 */
export class AnswerTable {
  private readonly shelves = new Map<Space, Shelf>();
  private used = 0;

  constructor(private readonly max: number) {}

  add(space: Space, address: string, answer: Answer): void {
    let shelf = this.shelves.get(space);
    if (!shelf) {
      // Bounded by size, not by number: for the latter lru-cache allocates its arrays in advance, per namespace.
      shelf = { answers: new LRUCache({ maxSize: this.max }), lastUsed: answer.time };
      this.shelves.set(space, shelf);
    }
    shelf.lastUsed = Math.max(shelf.lastUsed, answer.time);
    const answers = shelf.answers.get(address) ?? [];
    insert(answers, answer);
    this.used -= shelf.answers.calculatedSize;
    shelf.answers.set(address, answers, { size: placesOf(address, answers) });
    this.used += shelf.answers.calculatedSize;
    while (this.used > this.max) this.evictFor(shelf, answer.time);
    if (shelf.answers.size === 0) this.shelves.delete(space);
  }

  /** Answers for the address, in the order of their times; `at` is the event time of the look-up. */
  get(space: Space, address: string, at: number): readonly Answer[] {
    const shelf = this.shelves.get(space);
    if (!shelf) return none;
    if (at > shelf.lastUsed) shelf.lastUsed = at;
    return shelf.answers.get(address) ?? none;
  }

  /** The network namespaces that have answers. */
  namespaces(): Space[] {
    return [...this.shelves.keys()].filter(space => space !== 'hosts');
  }

  private evictFor(newcomer: Shelf, now: number): void {
    const isOverShare = newcomer.answers.calculatedSize > this.max * fairShare;
    const victim = isOverShare ? newcomer : this.dispensable(now);
    this.used -= victim.answers.calculatedSize;
    victim.answers.pop();
    this.used += victim.answers.calculatedSize;
  }

  /** The shelf that is idle for longest, or else the largest; empty ones are cleared away. */
  private dispensable(now: number): Shelf {
    let largest: Shelf | undefined;
    let idlest: Shelf | undefined;
    for (const [space, shelf] of this.shelves) {
      const size = shelf.answers.calculatedSize;
      if (size === 0) this.shelves.delete(space);
      else if (!largest || size > largest.answers.calculatedSize) largest = shelf;
      if (size > 0 && (!idlest || shelf.lastUsed < idlest.lastUsed)) idlest = shelf;
    }
    return now - idlest!.lastUsed > idleUs ? idlest! : largest!;
  }
}

const none: readonly Answer[] = [];

function insert(answers: Answer[], answer: Answer): void {
  let at = answers.length;
  while (at > 0 && answers[at - 1]!.time > answer.time) at--;
  answers.splice(at, 0, answer);
  if (answers.length <= maxAnswers) return;
  // A name asked for again makes room first where it stood before; the oldest answer otherwise.
  const before = answers.findIndex(other => other !== answer && isSameQuestion(other, answer));
  answers.splice(Math.max(before, 0), 1);
}

function isSameQuestion(a: Answer, b: Answer): boolean {
  return a.qname === b.qname && a.owner.pid === b.owner.pid && a.owner.start === b.owner.start;
}

function placesOf(address: string, answers: Answer[]): number {
  let bytes = address.length;
  for (const { qname, chain, resolver } of answers) {
    bytes += answerBytes + qname.length + (resolver?.length ?? 0);
    for (const name of chain) bytes += name.length;
  }
  return Math.ceil(bytes / placeBytes);
}
