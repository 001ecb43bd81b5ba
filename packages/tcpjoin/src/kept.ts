import type { Address } from './addresses.js';
import { isSameOwner, type Owner } from './owners.js';
import { type Link, noLink } from './queue.js';
import type { Accounted, Namespace, Shares } from './shares.js';
import type { Written } from './written-texts.js';

/** What a process asked, and which way from there led to an address. */
export interface Question {
  readonly qname: string;
  /** The CNAMEs between the name and the address. */
  readonly chain: readonly string[];
  readonly resolver: string | undefined;
  /** Whether it comes from a hosts file: that stays true however old it is. */
  readonly isStatic: boolean;
  readonly owner: Owner;
  readonly uid: number;
}

interface Time {
  /** When it was received, in event time (microseconds). */
  readonly time: number;
  /** Seconds, the least along the chain; undefined where nothing expires (a hosts file) or nothing is known. */
  readonly ttl: number | undefined;
}

/** That a name led to an address. */
export interface Answer extends Question, Time {
  /** Whether all its texts are in JSON what they are. */
  readonly isVerbatim: boolean;
}

/** Answers kept for one question besides the latest, for look-ups as of an earlier time. */
const maxEarlier = 255;
/** Up to so many things of a list it is copied for each that comes: an array that grows has room for sixteen more. */
const maxCopied = 16;
/** What one place in the table stands for; a question with more to remember takes several. */
const placeBytes = 1600;
/** What a question and an answer cost beside their text, about. */
const questionBytes = 800;
const answerBytes = 16;

const none: Kept[] = [];
const noTimes: number[] = [];

/** What is known of one address in one space. */
export class Place {
  private list: Kept[] = none;
  /** Time of the latest answer there ever was. */
  latest = Number.NEGATIVE_INFINITY;
  /** How many there were. */
  answers = 0;

  constructor(
    readonly address: Address,
    readonly namespace: Namespace,
  ) {}

  /** Until one is added or removed. */
  get kept(): readonly Kept[] {
    return this.list;
  }

  add(kept: Kept): void {
    if (this.list.length < maxCopied) this.list = this.list.concat(kept);
    else this.list.push(kept);
  }

  remove(kept: Kept): void {
    if (this.list.length <= maxCopied) this.list = this.list.filter(other => other !== kept);
    else this.list.splice(this.list.indexOf(kept), 1);
  }
}

/** A question about one address: its latest answer, and those before. */
export class Kept implements Answer, Accounted {
  // First what look-ups read, so that it is together in memory.
  time = Number.NEGATIVE_INFINITY;
  ttl: number | undefined = undefined;
  readonly owner: Owner;
  readonly isStatic: boolean;
  readonly isVerbatim: boolean;
  readonly qname: string;
  readonly chain: readonly string[];
  readonly resolver: string | undefined;
  readonly uid: number;
  /**
   * How many answers its place had had when it got its latest, or when it may have led a connection here. Nothing finer:
   * from one answer to the next, what is found is looked up once for many connections.
   */
  needed = 0;
  size = 0;
  process: Accounted['process'] = undefined;
  inProcess: Link = noLink;
  inPart: Link = noLink;
  /** Where its texts stand as they are written, once somebody had need of that. */
  written: Written | undefined = undefined;
  /**
   * Times of answers before the latest, each followed by its TTL, which is NaN where there is none. V8 keeps an array of
   * numbers in a quarter of the memory that objects take.
   */
  private earlier = noTimes;

  /** `qname` and `resolver` as they are to be kept: texts that others have, too, where there are such. */
  constructor(
    { chain, isStatic, owner, uid }: Question,
    qname: string,
    resolver: string | undefined,
    readonly place: Place,
    shares: Shares<Kept>,
  ) {
    this.qname = qname;
    this.chain = chain;
    this.resolver = resolver;
    this.isStatic = isStatic;
    this.owner = owner;
    this.isVerbatim = isVerbatim(qname) && chain.every(isVerbatim) && isVerbatim(resolver ?? '');
    this.uid = uid;
    shares.enter(this, place.namespace, uid, owner.pid);
  }

  get lastUsed(): number {
    return this.place.address.lastUsed;
  }

  add(answer: Time): void {
    const { time, ttl } = this;
    if (answer.time < time) {
      this.keep(answer);
      return;
    }
    this.time = answer.time;
    this.ttl = answer.ttl;
    if (time > Number.NEGATIVE_INFINITY) this.keep({ time, ttl });
  }

  private keep({ time, ttl = Number.NaN }: Time): void {
    const { earlier } = this;
    const place = placeIn(earlier, time);
    if (earlier.length < 2 * maxCopied) {
      this.earlier = earlier.slice(0, place).concat([time, ttl], earlier.slice(place));
    } else if (earlier.length < 2 * maxEarlier) {
      earlier.splice(place, 0, time, ttl);
    } else if (place > 0) {
      // copyWithin asks for each element by its name: fifty times as slow.
      for (let at = 2; at < place; at++) earlier[at - 2] = earlier[at]!;
      earlier[place - 2] = time;
      earlier[place - 1] = ttl;
    }
  }

  /** The latest answer that had been received by then. */
  answerAt(at: number): Answer | undefined {
    if (this.time <= at) return this;
    const { earlier } = this;
    const place = placeIn(earlier, at);
    if (place === 0) return undefined;
    const [time, ttl] = earlier.slice(place - 2, place) as [number, number];
    return this.copy(time, Number.isNaN(ttl) ? undefined : ttl);
  }

  /** The latest answer, or another, as it stays whatever comes. */
  copy(time = this.time, ttl = this.ttl): Answer {
    const { qname, chain, resolver, isStatic, isVerbatim, owner, uid } = this;
    return { qname, chain, resolver, isStatic, isVerbatim, owner, uid, time, ttl };
  }

  isAbout(asked: Question): boolean {
    // First what tells most questions apart, and soonest.
    return isSameOwner(this.owner, asked.owner) && this.saysAs(asked);
  }

  /** Whether the texts of the other are the same, whoever asked. */
  saysAs({ qname, chain, resolver }: Question): boolean {
    return (
      this.qname === qname &&
      this.resolver === resolver &&
      this.chain.length === chain.length &&
      this.chain.every((name, i) => name === chain[i])
    );
  }

  /** Places it should take. */
  get places(): number {
    return placesOf(this, this.earlier.length / 2);
  }
}

/** Places that a question takes which was answered so often before its latest answer. */
export function placesOf({ qname, chain, resolver }: Question, earlier = 0): number {
  let bytes = questionBytes + earlier * answerBytes + qname.length + (resolver?.length ?? 0);
  for (const name of chain) bytes += name.length;
  return Math.ceil(bytes / placeBytes);
}

/** Whether a text is in JSON what it is: ASCII of which nothing is escaped. */
export function isVerbatim(text: string): boolean {
  return /^[ !#-[\]-~]*$/.test(text);
}

/** Where, among times each followed by a TTL, those begin that are later than this one. */
function placeIn(times: readonly number[], time: number): number {
  let place = times.length;
  while (place > 0 && times[place - 2]! > time) place -= 2;
  return place;
}
