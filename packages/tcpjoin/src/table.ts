import { type Answer, Kept, type Place, type Question } from './kept.js';
import { Shares, type Space, userId } from './shares.js';

/** Questions kept for one address in one space. */
const maxQuestions = 32;

const none: readonly never[] = [];

/**
 * Answers by space and address. Bounded in places, each one question about one address, of up to 1,600 bytes: what goes
 * beyond `max` is said by `Shares`.
 *
 * Earlier answers are kept too, so that a look-up as of an earlier time finds what held then.
 */
export class AnswerTable {
  private readonly spaces = new Map<Space, Map<string, Place>>();
  private readonly shares: Shares;
  private learnt = 0;

  constructor(private readonly max: number) {
    this.shares = new Shares(max);
  }

  /** Places taken. */
  get size(): number {
    return this.shares.used;
  }

  add(space: Space, address: string, asked: Question, time: number, ttl: number | undefined): void {
    this.learnt++;
    const place = this.placeOf(space, address);
    this.use(place, time);
    const kept = this.keptOf(place, asked);
    kept.add({ time, ttl });
    this.shares.resize(kept, kept.places);
    if (place.kept.length > maxQuestions) this.forget(dispensable(place.kept));
    while (this.shares.used > this.max) this.forget(this.shares.surplus(kept, time));
  }

  /** For each question the latest answer for the address that had been received `at` this event time. Valid for now. */
  get(space: Space, address: string, at: number): readonly Answer[] {
    const place = this.spaces.get(space)?.get(address);
    if (!place) return none;
    this.use(place, at);
    for (const { time } of place.kept) if (time > at) return answersAt(place.kept, at);
    return place.kept;
  }

  /** The same from every space. */
  getAll(address: string, at: number): readonly Answer[] {
    return [...this.spaces.keys()].flatMap(space => this.get(space, address, at));
  }

  private use(place: Place, time: number): void {
    place.lastUsed = this.learnt;
    place.namespace.use(time);
  }

  private placeOf(space: Space, address: string): Place {
    const places = this.spaces.get(space) ?? new Map<string, Place>();
    const known = places.get(address);
    if (known) return known;
    const place = { address, namespace: this.shares.namespace(space), kept: [], lastUsed: 0 };
    this.spaces.set(space, places.set(address, place));
    return place;
  }

  private keptOf(place: Place, asked: Question): Kept {
    const known = place.kept.find(kept => kept.isAbout(asked));
    if (known) return known;
    // Names that are one and the same text are compared at once.
    const { qname } = place.kept.find(({ qname }) => qname === asked.qname) ?? asked;
    const kept = new Kept({ ...asked, qname }, place, this.shares);
    // Not pushed: an array that grows makes room for sixteen more.
    place.kept = place.kept.concat(kept);
    return kept;
  }

  private forget(kept: Kept): void {
    const { place } = kept;
    const { address, namespace } = place;
    this.shares.leave(kept);
    place.kept = place.kept.filter(other => other !== kept);
    if (place.kept.length > 0) return;
    const places = this.spaces.get(namespace.space)!;
    places.delete(address);
    if (places.size === 0) this.spaces.delete(namespace.space);
  }
}

function answersAt(kept: readonly Kept[], at: number): Answer[] {
  return kept.flatMap(one => one.answerAt(at) ?? []);
}

/** Of the user who asked most of these questions, the one that was answered longest ago. */
function dispensable(all: readonly Kept[]): Kept {
  const byUser = new Map<number, Kept[]>();
  for (const kept of all) {
    const user = userId(kept.uid);
    byUser.set(user, [...(byUser.get(user) ?? []), kept]);
  }
  const most = [...byUser.values()].reduce((a, b) => (b.length > a.length ? b : a));
  return most.reduce((a, b) => (b.time < a.time ? b : a));
}
