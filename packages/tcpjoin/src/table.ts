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

/**
 * Answers by space and address. Bounded in places, each an address of up to 1,600 bytes: beyond `max` the least
 * recently used goes. It goes from the newcomer's own space if that holds more than a quarter, else from the
 * largest, so that a flood in one namespace cannot empty the table for the others.
 *
 * Several answers are kept for an address, so that a look-up as of an earlier time finds what held then.
 * Age is therefore judged by who looks up; the cache's own TTL knows only one present.
 */
export class AnswerTable {
  private readonly spaces = new Map<Space, LRUCache<string, Answer[]>>();
  private used = 0;

  constructor(private readonly max: number) {}

  add(space: Space, address: string, answer: Answer): void {
    let cache = this.spaces.get(space);
    if (!cache) {
      // Bounded by size, not by number: for the latter lru-cache allocates its arrays in advance, per namespace.
      cache = new LRUCache({ maxSize: this.max });
      this.spaces.set(space, cache);
    }
    const answers = cache.get(address) ?? [];
    insert(answers, answer);
    this.used -= cache.calculatedSize;
    cache.set(address, answers, { size: placesOf(address, answers) });
    this.used += cache.calculatedSize;
    while (this.used > this.max) this.evictFor(cache);
    if (cache.size === 0) this.spaces.delete(space);
  }

  /** Answers for the address, in the order of their times. */
  get(space: Space, address: string): readonly Answer[] {
    return this.spaces.get(space)?.get(address) ?? none;
  }

  /** The network namespaces that have answers. */
  namespaces(): Space[] {
    return [...this.spaces.keys()].filter(space => space !== 'hosts');
  }

  private evictFor(newcomer: LRUCache<string, Answer[]>): void {
    const isOverShare = newcomer.calculatedSize > this.max * fairShare;
    const [space, victim] = isOverShare ? [undefined, newcomer] : this.largest();
    this.used -= victim.calculatedSize;
    victim.pop();
    this.used += victim.calculatedSize;
    if (space !== undefined && victim.size === 0) this.spaces.delete(space);
  }

  private largest(): [Space, LRUCache<string, Answer[]>] {
    let largest: [Space, LRUCache<string, Answer[]>] | undefined;
    for (const entry of this.spaces)
      if (!largest || entry[1].calculatedSize > largest[1].calculatedSize) largest = entry;
    return largest!;
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
