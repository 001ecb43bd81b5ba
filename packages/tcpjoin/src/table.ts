import { Address } from './addresses.js';
import { HostsFiles } from './hosts-files.js';
import { type Answer, Kept, Place, type Question } from './kept.js';
import { Marks } from './marks.js';
import { dispensable, maxQuestions } from './questions.js';
import { Shares, type Space } from './shares.js';

/** Resolvers whose text is kept for all. */
const maxResolvers = 1000;

const none: readonly never[] = [];

/**
 * Answers by space and address. Bounded in places, one for each question of a process and address it led to, with up to
 * 1,600 bytes; one with more takes several. What goes beyond `max` is said by `Shares`.
 *
 * Earlier answers are kept too, so that a look-up as of an earlier time finds what held then.
 */
export class AnswerTable {
  private readonly addresses = new Map<string, Address>();
  private readonly shares: Shares<Kept>;
  readonly marks = new Marks();
  readonly hosts = new HostsFiles();
  /** How often something was learnt. */
  learnt = 0;
  /** Their texts: most answers have them from one of a few. */
  private readonly resolvers = new Map<string, string>();

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
    kept.needed = ++place.answers;
    place.latest = Math.max(place.latest, time);
    place.address.change();
    this.shares.resize(kept, kept.places);
    if (place.kept.length > maxQuestions) this.forget(dispensable(place.kept));
    while (this.shares.used > this.max) this.forget(this.shares.surplus(kept, time));
  }

  /** What is known of the address in any space, to be looked at as long as it is not forgotten. */
  find(address: string): Address | undefined {
    return this.addresses.get(address);
  }

  /** For each question the latest answer for the address that had been received `at` this event time. Valid for now. */
  get(space: Space, address: Address, at: number): readonly Answer[] {
    const place = address.in(space);
    return place ? this.look(place, at) : none;
  }

  /** The same from every space. */
  getAll(address: Address, at: number): readonly Answer[] {
    return Array.from(address.all()).flatMap(place => this.look(place, at));
  }

  /** Notes that they led a connection to its address, as far as is known. */
  need(answers: readonly Answer[]): void {
    for (const answer of answers) if (answer instanceof Kept) answer.needed = answer.place.answers;
  }

  private look(place: Place, at: number): readonly Answer[] {
    this.use(place, at);
    return place.latest <= at ? place.kept : answersAt(place.kept, at);
  }

  private use(place: Place, time: number): void {
    place.address.lastUsed = this.learnt;
    place.namespace.use(time);
  }

  private placeOf(space: Space, text: string): Place {
    const address = this.addresses.get(text) ?? new Address(text, this.marks);
    const known = address.in(space);
    if (known) return known;
    const place = new Place(address, this.shares.namespace(space));
    address.add(place);
    this.addresses.set(text, address);
    return place;
  }

  private keptOf(place: Place, asked: Question): Kept {
    // Names that are one and the same text are compared at once.
    let { qname } = asked;
    for (const kept of place.kept) {
      if (kept.isAbout(asked)) return kept;
      if (kept.qname === qname) qname = kept.qname;
    }
    const kept = new Kept(asked, qname, this.once(asked.resolver), place, this.shares);
    place.add(kept);
    return kept;
  }

  private once(resolver: string | undefined): string | undefined {
    if (resolver === undefined) return undefined;
    const known = this.resolvers.get(resolver);
    if (known !== undefined) return known;
    if (this.resolvers.size >= maxResolvers) this.resolvers.clear();
    this.resolvers.set(resolver, resolver);
    return resolver;
  }

  private forget(kept: Kept): void {
    const { place } = kept;
    const { address } = place;
    this.shares.leave(kept);
    address.change();
    place.remove(kept);
    if (place.kept.length > 0) return;
    address.remove(place);
    if (!address.isForgotten) return;
    address.close();
    this.addresses.delete(address.text);
  }
}

function answersAt(kept: readonly Kept[], at: number): Answer[] {
  return kept.flatMap(one => one.answerAt(at) ?? []);
}
