import { LRUCache } from 'lru-cache';
import type { Answer } from './answers.js';

/** Whose answers: those of a network namespace (NaN where unknown), of the host's resolver daemons, or all static ones. */
export type Space = number | 'resolver' | 'hosts';

/** Questions kept for one address in one space: who asked for which name. */
const maxQuestions = 32;
/** Answers kept for one question, for look-ups as of an earlier time. */
const maxAnswers = 256;
/** What one place in the table stands for; an address with more to remember takes several. */
const placeBytes = 1600;
/** What an answer costs beside its text, about. */
const answerBytes = 120;
/** A space, or a process within it, with more than this share gives way to the others. */
const fairShare = 1 / 4;
/** A namespace that nobody used for so long (microseconds) has probably gone, as those of containers do. */
const idleUs = 600e6;

/** What is remembered of one address. */
interface Place {
  /** Answers to the same question stand together, in the order of their times. */
  readonly questions: Answer[][];
  /** The last of each question, and the time from which on they are what a look-up finds. */
  latest: readonly Answer[];
  latestFrom: number;
  /** The process that brought the address. */
  by: string;
}

interface Shelf {
  readonly places: LRUCache<string, Place>;
  /** Addresses by the process that brought them, the least recently used first. */
  readonly brought: Map<string, Set<string>>;
  /** Event time of the last use. */
  lastUsed: number;
}

/**
 * Answers by space and address. Bounded in places, each an address of up to 1,600 bytes: beyond `max` something goes,
 * the least recently used: of the newcomer's space, if that holds more than a quarter, and there of what its own process
 * brought, if that is more than a quarter of the space; else of a space long idle; else of the largest. So a flood in
 * one namespace, or by one process of it, cannot empty the table for the others.
 *
 * Earlier answers are kept too, so that a look-up as of an earlier time finds what held then.
 * Age is therefore judged by who looks up; the cache's own TTL knows only one present.
 */
export class AnswerTable {
  private readonly shelves = new Map<Space, Shelf>();
  private used = 0;

  constructor(private readonly max: number) {}

  add(space: Space, address: string, answer: Answer): void {
    const shelf = this.shelves.get(space) ?? this.newShelf(space);
    shelf.lastUsed = Math.max(shelf.lastUsed, answer.time);
    const by = processOf(answer);
    const place = shelf.places.get(address) ?? { questions: [], latest: none, latestFrom: 0, by };
    bring(shelf, place.by, address);
    insert(place.questions, answer);
    this.put(shelf, address, place);
    while (this.used > this.max) this.evictFor(shelf, by, answer.time);
    if (shelf.places.size === 0) this.shelves.delete(space);
  }

  /** For each question the latest answer for the address that had been received `at` this event time. */
  get(space: Space, address: string, at: number): readonly Answer[] {
    const shelf = this.shelves.get(space);
    if (!shelf) return none;
    if (at > shelf.lastUsed) shelf.lastUsed = at;
    const place = shelf.places.get(address);
    if (!place) return none;
    bring(shelf, place.by, address);
    return at >= place.latestFrom ? place.latest : latestAt(place.questions, at);
  }

  /** The network namespaces that have answers. */
  namespaces(): number[] {
    return [...this.shelves.keys()].filter(space => typeof space === 'number');
  }

  private newShelf(space: Space): Shelf {
    // Bounded by this table, not by itself: a shelf must not drop what others do not know of. With a number of entries
    // as its bound lru-cache would allocate its arrays in advance, per namespace.
    const places = new LRUCache<string, Place>({ maxSize: Number.MAX_SAFE_INTEGER });
    const shelf: Shelf = { places, brought: new Map(), lastUsed: 0 };
    this.shelves.set(space, shelf);
    return shelf;
  }

  private put(shelf: Shelf, address: string, place: Place): void {
    place.latest = place.questions.map(answers => answers.at(-1)!);
    place.latestFrom = Math.max(...place.latest.map(({ time }) => time));
    this.used -= shelf.places.calculatedSize;
    shelf.places.set(address, place, { size: sizeOf(address, place.questions) });
    this.used += shelf.places.calculatedSize;
  }

  private evictFor(newcomer: Shelf, by: string, now: number): void {
    const size = newcomer.places.calculatedSize;
    const isOverShare = size > this.max * fairShare;
    const own = newcomer.brought.get(by);
    if (isOverShare && own && own.size > size * fairShare) {
      this.takeBack(newcomer, by, first(own));
      return;
    }
    const victim = isOverShare ? newcomer : this.dispensable(now);
    this.remove(victim, first(victim.places.rkeys()));
  }

  /** Forgets what a process learnt of an address; what others learnt of it stays. */
  private takeBack(shelf: Shelf, by: string, address: string): void {
    const place = shelf.places.peek(address)!;
    const others = place.questions.filter(([answer]) => processOf(answer!) !== by);
    this.remove(shelf, address);
    if (others.length === 0) return;
    const heir = processOf(others[0]![0]!);
    bring(shelf, heir, address);
    this.put(shelf, address, { questions: others, latest: none, latestFrom: 0, by: heir });
  }

  private remove(shelf: Shelf, address: string): void {
    const { by } = shelf.places.peek(address)!;
    const brought = shelf.brought.get(by)!;
    brought.delete(address);
    if (brought.size === 0) shelf.brought.delete(by);
    this.used -= shelf.places.calculatedSize;
    shelf.places.delete(address);
    this.used += shelf.places.calculatedSize;
  }

  /** The shelf that is idle for longest, or else the largest; empty ones are cleared away. */
  private dispensable(now: number): Shelf {
    let largest: Shelf | undefined;
    let idlest: Shelf | undefined;
    for (const [space, shelf] of this.shelves) {
      const size = shelf.places.calculatedSize;
      if (size === 0) this.shelves.delete(space);
      else if (!largest || size > largest.places.calculatedSize) largest = shelf;
      if (size > 0 && (!idlest || shelf.lastUsed < idlest.lastUsed)) idlest = shelf;
    }
    return now - idlest!.lastUsed > idleUs ? idlest! : largest!;
  }
}

const none: readonly Answer[] = [];

function processOf({ owner: { pid, start } }: Answer): string {
  return `${pid} ${start}`;
}

/** Puts the address behind all others of its process. */
function bring(shelf: Shelf, by: string, address: string): void {
  const brought = shelf.brought.get(by);
  if (!brought) {
    shelf.brought.set(by, new Set([address]));
    return;
  }
  brought.delete(address);
  brought.add(address);
}

/** The first of something that is not empty. */
function first<T>(all: Iterable<T>): T {
  return all[Symbol.iterator]().next().value!;
}

function latestAt(questions: readonly Answer[][], at: number): Answer[] {
  const latest: Answer[] = [];
  for (const answers of questions) {
    const answer = answers.findLast(({ time }) => time <= at);
    if (answer) latest.push(answer);
  }
  return latest;
}

function insert(questions: Answer[][], answer: Answer): void {
  const answers = questions.find(([first]) => isSameQuestion(first!, answer));
  if (!answers) {
    // Names that are one and the same text are compared at once.
    const asked = questions.find(([first]) => first!.qname === answer.qname)?.[0];
    questions.push([asked ? { ...answer, qname: asked.qname } : answer]);
    if (questions.length > maxQuestions) questions.splice(indexOfOldest(questions), 1);
    return;
  }
  let at = answers.length;
  while (at > 0 && answers[at - 1]!.time > answer.time) at--;
  answers.splice(at, 0, sharingText(answer, answers[0]!));
  if (answers.length > maxAnswers) answers.shift();
}

function isSameQuestion(a: Answer, b: Answer): boolean {
  return (
    a.qname === b.qname &&
    a.resolver === b.resolver &&
    Object.is(a.owner.pid, b.owner.pid) &&
    Object.is(a.owner.start, b.owner.start) &&
    Object.is(a.owner.mntns, b.owner.mntns) &&
    a.chain.length === b.chain.length &&
    a.chain.every((name, i) => name === b.chain[i])
  );
}

/** The answer with the text of an equal one, so that repetition costs next to nothing. */
function sharingText(answer: Answer, { qname, chain, resolver, owner }: Answer): Answer {
  return { ...answer, qname, chain, resolver, owner };
}

function indexOfOldest(questions: Answer[][]): number {
  let oldest = 0;
  for (let i = 1; i < questions.length; i++) {
    if (questions[i]!.at(-1)!.time < questions[oldest]!.at(-1)!.time) oldest = i;
  }
  return oldest;
}

function sizeOf(address: string, questions: Answer[][]): number {
  let bytes = address.length;
  for (const answers of questions) {
    const { qname, chain, resolver } = answers[0]!;
    bytes += answers.length * answerBytes + qname.length + (resolver?.length ?? 0);
    for (const name of chain) bytes += name.length;
  }
  return Math.ceil(bytes / placeBytes);
}
