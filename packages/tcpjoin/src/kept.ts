import type { Owner } from './owners.js';
import type { Account, Namespace, Shares } from './shares.js';

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
  /** What of the output is the same wherever this is the evidence, once it was. */
  text?: { readonly before: string; readonly after: string; readonly isAscii: boolean } | undefined;
}

/** Answers kept for one question besides the latest, for look-ups as of an earlier time. */
const maxEarlier = 255;
/** What one place in the table stands for; a question with more to remember takes several. */
const placeBytes = 1600;
/** What a question and an answer cost beside their text, about. */
const questionBytes = 800;
const answerBytes = 80;

/** What is known of one address in one space. */
export interface Place {
  readonly address: string;
  readonly namespace: Namespace;
  kept: readonly Kept[];
  /** How many answers had been learnt by then. */
  lastUsed: number;
}

/** A question about one address: its latest answer, and those before. */
export class Kept implements Answer {
  readonly qname: string;
  readonly chain: readonly string[];
  readonly resolver: string | undefined;
  readonly isStatic: boolean;
  readonly owner: Owner;
  readonly uid: number;
  time = Number.NEGATIVE_INFINITY;
  ttl: number | undefined = undefined;
  text: Answer['text'] = undefined;
  size = 0;
  readonly account: Account;
  /** In the order of their times. */
  private readonly earlier: Time[] = [];

  constructor(
    { qname, chain, resolver, isStatic, owner, uid }: Question,
    readonly place: Place,
    shares: Shares,
  ) {
    this.qname = qname;
    this.chain = chain;
    this.resolver = resolver;
    this.isStatic = isStatic;
    this.owner = owner;
    this.uid = uid;
    this.account = shares.enter(this, place.namespace, uid, owner.pid);
  }

  get lastUsed(): number {
    return this.place.lastUsed;
  }

  add(answer: Time): void {
    const { time, ttl } = this;
    const isLatest = answer.time >= time;
    if (isLatest) {
      this.time = answer.time;
      this.ttl = answer.ttl;
      if (time > Number.NEGATIVE_INFINITY) this.keep({ time, ttl });
    } else {
      this.keep(answer);
    }
  }

  private keep(answer: Time): void {
    const { earlier } = this;
    let at = earlier.length;
    while (at > 0 && earlier[at - 1]!.time > answer.time) at--;
    earlier.splice(at, 0, answer);
    if (earlier.length > maxEarlier) earlier.shift();
  }

  /** The latest answer that had been received by then. */
  answerAt(at: number): Answer | undefined {
    if (this.time <= at) return this;
    const { qname, chain, resolver, isStatic, owner, uid } = this;
    const found = this.earlier.findLast(({ time }) => time <= at);
    return found && { qname, chain, resolver, isStatic, owner, uid, ...found };
  }

  isAbout(asked: Question): boolean {
    const { owner, chain } = this;
    return (
      this.qname === asked.qname &&
      this.resolver === asked.resolver &&
      Object.is(owner.pid, asked.owner.pid) &&
      Object.is(owner.start, asked.owner.start) &&
      Object.is(owner.netns, asked.owner.netns) &&
      Object.is(owner.mntns, asked.owner.mntns) &&
      chain.length === asked.chain.length &&
      chain.every((name, i) => name === asked.chain[i])
    );
  }

  /** Places it should take. */
  get places(): number {
    const { qname, chain, resolver, earlier } = this;
    let bytes = questionBytes + earlier.length * answerBytes + qname.length + (resolver?.length ?? 0);
    for (const name of chain) bytes += name.length;
    return Math.ceil(bytes / placeBytes);
  }
}
