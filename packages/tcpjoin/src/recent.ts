import { type LineSink, maxLineBytes, maxNumberBytes, maxThousandths } from '@tcppipe/cli';
import { httpsPort, tlsPort } from './destination.js';
import type { Item } from './item.js';
import { Kept } from './kept.js';
import type { StoredBlock } from './line-store.js';
import { type Connection, type Named, type Tier, ttlLeftMs } from './names.js';
import { onlyVerbatim, textsAround } from './splice.js';
import type { AnswerTable } from './table.js';

/** Findings remembered, a power of two. One is in the first of a few places that was free. */
const maxFindings = 16_384;
const hashBits = Math.log2(maxFindings);
const maxSteps = 4;
/** Room for texts; most take a hundred bytes. */
const textsBytes = 128 * maxFindings;
/** In event time, microseconds: then the table hears again that somebody has need of it. */
const maxAgeUs = 60e6;

/** A finding is as many numbers as a line of a processor's cache holds. As doubles: */
const doubles = 8;
/** For connections that began from then to then. */
const from = 0;
const to = 1;
/** When the answer was received, in event time. */
const received = 2;
/** As integers, behind those: whose connections, where they lead, and how often what is known of that had changed. */
const integers = 16;
const ofOrigin = 6;
const ofDaddr = 7;
const ofAddress = 8;
const ofChanges = 9;
/** For how many seconds the answer holds; negative where that is not said. */
const ttl = 10;
/** Where the text before the age begins, the one before the time left, the one behind that; and where that ends. */
const beforeAge = 11;
const beforeLeft = 12;
const behind = 13;
const textEnd = 14;

/** What a finding's texts are made of. */
interface Source {
  readonly answer: Kept;
  readonly scope: Tier;
  readonly isLimited: boolean;
}

/**
 * What was found of late for connections of a process to an address, as it is written, for others of the same two: nothing
 * else would be found for them until something is learnt of that address. Numbers, side by side: most of the time for a
 * look-up goes into waiting for memory. The integers are such modulo 2^32, as nothing comes round in the
 * minute for which a finding is good.
 */
export class Recent {
  private readonly doubles = new Float64Array(maxFindings * doubles);
  private readonly integers = new Int32Array(this.doubles.buffer);
  private readonly sources: (Source | undefined)[] = new Array(maxFindings).fill(undefined);
  private texts = Buffer.alloc(0);
  private textsEnd = 0;

  constructor(private readonly table: AnswerTable) {}

  /** Writes the line of a connection with what is found for it; false where that is not known here. */
  write(item: Item, { bytes }: StoredBlock, out: LineSink): boolean {
    const place = this.placeOf(item.originNumber, item.daddrNumber);
    // Who asks over TLS is to be noted each time.
    if (place < 0 || item.dport === tlsPort || !this.holds(place, item.at)) return false;
    const { integers: ints, texts, table } = this;
    const row = place * integers;
    const first = ints[row + beforeAge]!;
    const second = ints[row + beforeLeft]!;
    const third = ints[row + behind]!;
    const last = ints[row + textEnd]!;
    if (item.end - item.start + last - first + 2 * maxNumberBytes > maxLineBytes) return false;
    const ageUs = item.at - this.doubles[place * doubles + received]!;
    const seconds = ints[row + ttl]!;
    out.cut(bytes, item.start, item.end - 1);
    out.cut(texts, first, second);
    out.thousandths(ageUs);
    out.cut(texts, second, third);
    if (seconds >= 0) out.thousandths(ttlLeftMs(seconds, ageUs));
    out.cut(texts, third, last);
    out.endLine();
    table.marks.uses[ints[row + ofAddress]!] = table.learnt;
    return true;
  }

  /** Remembers what was found for a connection, but only when it comes again: most are seen once. */
  keep(item: Item, { at, daddr }: Connection, named: Named): void {
    const answer = onlyVerbatim(named);
    const upTo = Math.min(named.until, at + maxAgeUs);
    if (!(answer instanceof Kept) || !(upTo > at) || upTo - answer.time > maxThousandths) return;
    if (item.originNumber < 0 || item.daddrNumber < 0 || daddr.isEncryptedDns(httpsPort)) return;
    const place = this.placeOf(item.originNumber, item.daddrNumber);
    if (place < 0) {
      this.enter(item, upTo);
      return;
    }
    this.keepTexts(place, { answer, scope: named.scope, isLimited: answer.ttl !== undefined });
    const { number } = answer.place.address;
    this.doubles.set([at, upTo, answer.time], place * doubles);
    const row = place * integers;
    const { integers: ints } = this;
    ints[row + ofAddress] = number;
    ints[row + ofChanges] = this.table.marks.changes[number]!;
    ints[row + ttl] = answer.ttl ?? -1;
  }

  /** Where the finding for this process and address is, if it was ever entered; negative if not. */
  private placeOf(origin: number, daddr: number): number {
    const home = homeOf(origin, daddr);
    for (let place = home; place < home + maxSteps; place++) {
      const row = (place % maxFindings) * integers;
      if (this.integers[row + ofOrigin] === (origin | 0) && this.integers[row + ofDaddr] === (daddr | 0))
        return place % maxFindings;
    }
    return -1;
  }

  /** In the place of the one that is no longer good for longest. */
  private enter({ originNumber, daddrNumber }: Item, upTo: number): void {
    const home = homeOf(originNumber, daddrNumber);
    let place = home;
    for (let other = home + 1; other < home + maxSteps; other++) {
      const next = other % maxFindings;
      if (this.doubles[next * doubles + to]! < this.doubles[place * doubles + to]!) place = next;
    }
    this.sources[place] = undefined;
    this.doubles[place * doubles + from] = Number.POSITIVE_INFINITY;
    this.doubles[place * doubles + to] = upTo;
    this.integers[place * integers + ofOrigin] = originNumber;
    this.integers[place * integers + ofDaddr] = daddrNumber;
  }

  /** Whether what is remembered is what would be found. */
  private holds(place: number, at: number): boolean {
    const { integers: ints } = this;
    const row = place * integers;
    const isGood = at >= this.doubles[place * doubles + from]! && at <= this.doubles[place * doubles + to]!;
    return isGood && this.table.marks.changes[ints[row + ofAddress]!] === ints[row + ofChanges];
  }

  private keepTexts(place: number, source: Source): void {
    const { answer, scope, isLimited } = source;
    const before = this.sources[place];
    if (before?.answer === answer && before.scope === scope && before.isLimited === isLimited) return;
    const texts = textsAround(answer, scope);
    const text = texts.beforeAge + texts.beforeLeft + texts.behind;
    if (this.textsEnd + text.length > this.texts.length) this.renew();
    this.sources[place] = source;
    const row = place * integers;
    this.integers[row + beforeAge] = this.textsEnd;
    this.integers[row + beforeLeft] = this.textsEnd + texts.beforeAge.length;
    this.integers[row + behind] = this.textsEnd + texts.beforeAge.length + texts.beforeLeft.length;
    this.textsEnd += this.texts.write(text, this.textsEnd, 'latin1');
    this.integers[row + textEnd] = this.textsEnd;
  }

  /** Begins anew with texts: the bytes of those before may wait to be written. */
  private renew(): void {
    this.texts = Buffer.allocUnsafeSlow(textsBytes);
    this.textsEnd = 0;
    this.sources.fill(undefined);
    for (let place = 0; place < maxFindings; place++)
      this.doubles[place * doubles + from] = Number.POSITIVE_INFINITY;
  }
}

function homeOf(origin: number, daddr: number): number {
  return (Math.imul(origin, 0x9e3779b1) ^ Math.imul(daddr, 0x85ebca6b)) >>> (32 - hashBits);
}
