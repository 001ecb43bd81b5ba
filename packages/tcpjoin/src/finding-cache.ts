import { type LineSink, maxLineBytes, maxNumberBytes, maxThousandths } from '@tcppipe/cli';
import { httpsPort, tlsPort } from './destination.js';
import type { Item } from './item.js';
import { Kept } from './kept.js';
import type { StoredBlock } from './line-store.js';
import { type Connection, type Named, ttlLeftMs } from './names.js';
import { type OpenConnections, settled } from './open-connections.js';
import type { Processes } from './processes.js';
import type { Space } from './shares.js';
import { onlyVerbatim } from './splice.js';
import type { AnswerTable } from './table.js';
import { WrittenTexts } from './written-texts.js';

/** Slots, a power of two. A finding is in one of a few that follow each other. */
const maxFindings = 16_384;
const maxSteps = 4;
/** When there is no room for texts, so many findings go without before all give way: else too many would only push each other out. */
const maxRefused = 4 * maxFindings;
/** In event time, microseconds: then the table hears again that somebody has need of it. */
const maxAgeUs = 60e6;

/** A finding is as many numbers as a line of a processor's cache holds. As doubles: */
const doubles = 8;
/** For connections that began from then to then. */
const from = 0;
const to = 1;
/** When the answer was received, in event time. */
const received = 2;
/** As integers, behind those: whose connections, where they lead, how often what is known of that and of processes had changed. */
const integers = 16;
const ofOrigin = 6;
const ofDaddr = 7;
const ofAddress = 8;
const ofChanges = 9;
const ofProcesses = 10;
/** For how many seconds the answer holds; negative where that is not said. */
const ttl = 11;
/** Where the text before the age begins, the one behind the time left, and where that ends; which one is between them. */
const beforeAge = 12;
const behindLeft = 13;
const textEnd = 14;
const beforeLeft = 15;

/**
 * A cache of what was found of late for connections of a process to an address, as it is written, for others of the same two: nothing
 * else would be found for them until something is learnt of that address or process. Numbers, side by side: most of the
 * time for a look-up goes into waiting for memory. Where integers count, they do so modulo 2^32: a finding is looked up
 * again long before so much has happened.
 */
export class FindingCache {
  private readonly doubles = new Float64Array(maxFindings * doubles);
  private readonly integers = new Int32Array(this.doubles.buffer);
  /** Where the process had received answers. */
  private readonly spaces: (readonly Space[] | undefined)[] = new Array(maxFindings).fill(undefined);
  /** What it was, as it stays, if that was wanted for connections that are open. */
  private readonly findings: (Named | undefined)[] = new Array(maxFindings).fill(undefined);
  private readonly texts = new WrittenTexts();
  private refused = 0;
  /** What was found for the connection whose line was the last to be written, if that was wanted. */
  written: Named | undefined;

  constructor(
    private readonly table: AnswerTable,
    private readonly processes: Processes,
    private readonly open: OpenConnections,
  ) {
    this.voidAll();
  }

  /** Writes the line of a connection with what is found for it; false where that is not known here. */
  write(item: Item, { bytes }: StoredBlock, out: LineSink): boolean {
    const slot = this.slotOf(item.originNumber, item.daddrNumber);
    // Who asks over TLS is to be noted each time.
    if (slot < 0 || item.dport === tlsPort || !this.holds(slot, item)) return false;
    const { integers: ints, texts, table } = this;
    const row = slot * integers;
    const first = ints[row + beforeAge]!;
    const third = ints[row + behindLeft]!;
    const last = ints[row + textEnd]!;
    const second = texts.startOf(ints[row + beforeLeft]!);
    const secondEnd = texts.endOf(ints[row + beforeLeft]!);
    const added = last - first + secondEnd - second + 2 * maxNumberBytes;
    if (item.end - item.start + added > maxLineBytes) return false;
    const ageUs = item.at - this.doubles[slot * doubles + received]!;
    const seconds = ints[row + ttl]!;
    out.cut(bytes, item.start, item.end - 1);
    out.cut(texts.bytes, first, third);
    out.thousandths(ageUs);
    out.cut(texts.bytes, second, secondEnd);
    if (seconds >= 0) out.thousandths(ttlLeftMs(seconds, ageUs));
    out.cut(texts.bytes, third, last);
    out.endLine();
    table.marks.uses[ints[row + ofAddress]!] = table.learnt;
    this.written = this.findings[slot];
    return true;
  }

  /**
   * Remembers what was found for a connection, but only when it comes again: most are seen once. False where it is not
   * remembered.
   */
  keep(item: Item, { at, owner, daddr }: Connection, named: Named): boolean {
    const answer = onlyVerbatim(named);
    const upTo = Math.min(named.until, at + maxAgeUs);
    // The time left is less in thousandths than its age in microseconds, or than maxTtl.
    // Of an entry of a hosts file, which may be taken out, the next has to be looked up again.
    if (!(answer instanceof Kept) || answer.isStatic || !(upTo > at) || upTo - answer.time > maxThousandths)
      return false;
    if (item.originNumber < 0 || item.daddrNumber < 0 || daddr.isEncryptedDns(httpsPort)) return false;
    const slot = this.slotOf(item.originNumber, item.daddrNumber);
    if (slot < 0) {
      this.enter(item, upTo);
      return false;
    }
    const written = this.texts.of(answer);
    if (written === undefined) {
      this.refuse();
      return false;
    }
    this.spaces[slot] = this.processes.spacesOf(owner);
    this.findings[slot] = this.open.isWanted ? settled(named) : undefined;
    const { doubles: times, integers: ints, texts } = this;
    times[slot * doubles + from] = at;
    times[slot * doubles + to] = upTo;
    times[slot * doubles + received] = answer.time;
    const { number } = answer.place.address;
    const row = slot * integers;
    ints[row + ofAddress] = number;
    ints[row + ofChanges] = this.table.marks.changes[number]!;
    ints[row + ofProcesses] = this.processes.changes;
    ints[row + ttl] = answer.ttl ?? -1;
    ints[row + beforeAge] = written.beforeAge;
    ints[row + behindLeft] = written.behindLeft;
    ints[row + textEnd] = written.end;
    ints[row + beforeLeft] = texts.beforeLeft(named.scope, answer.ttl !== undefined);
    return true;
  }

  /** Where the finding for this process and address is, if it was ever entered; negative if not. */
  private slotOf(origin: number, daddr: number): number {
    if (origin < 0 || daddr < 0) return -1;
    const home = homeOf(origin, daddr);
    for (let step = home; step < home + maxSteps; step++) {
      const slot = step % maxFindings;
      const row = slot * integers;
      if (this.integers[row + ofOrigin] === (origin | 0) && this.integers[row + ofDaddr] === (daddr | 0))
        return slot;
    }
    return -1;
  }

  /** Takes the slot of the one that is good for the shortest time. */
  private enter({ originNumber, daddrNumber }: Item, upTo: number): void {
    const home = homeOf(originNumber, daddrNumber);
    let slot = home;
    for (let step = home + 1; step < home + maxSteps; step++) {
      const next = step % maxFindings;
      if (this.doubles[next * doubles + to]! < this.doubles[slot * doubles + to]!) slot = next;
    }
    this.spaces[slot] = undefined;
    this.findings[slot] = undefined;
    this.doubles[slot * doubles + from] = Number.POSITIVE_INFINITY;
    this.doubles[slot * doubles + to] = upTo;
    this.integers[slot * integers + ofOrigin] = originNumber;
    this.integers[slot * integers + ofDaddr] = daddrNumber;
  }

  /** Whether what is remembered is what would be found. */
  private holds(slot: number, { at, owner, stage }: Item): boolean {
    const { integers: ints } = this;
    const row = slot * integers;
    const isGood = at >= this.doubles[slot * doubles + from]! && at <= this.doubles[slot * doubles + to]!;
    const isWanted = stage !== 'begun' || this.open.isWanted;
    if (!isGood || (isWanted && this.findings[slot] === undefined)) return false;
    if (this.table.marks.changes[ints[row + ofAddress]!] !== ints[row + ofChanges]) return false;
    if (ints[row + ofProcesses] === this.processes.changes) return true;
    if (this.spaces[slot] !== this.processes.spacesOf(owner)) return false;
    ints[row + ofProcesses] = this.processes.changes;
    return true;
  }

  private refuse(): void {
    if (this.refused++ < maxRefused) return;
    this.refused = 0;
    this.texts.renew();
    this.spaces.fill(undefined);
    this.findings.fill(undefined);
    this.voidAll();
  }

  /** Makes all slots good for no time at all, and the first to be taken. */
  private voidAll(): void {
    this.doubles.fill(Number.NEGATIVE_INFINITY);
  }
}

/** Every bit of either number has a part in it, as in MurmurHash3's end. */
function homeOf(origin: number, daddr: number): number {
  let hash = Math.imul(origin, 0x9e3779b1) ^ daddr;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (maxFindings - 1);
}
