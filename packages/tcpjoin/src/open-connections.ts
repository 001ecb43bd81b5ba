import type { Destination } from './destination.js';
import type { Item } from './item.js';
import { Kept } from './kept.js';
import type { Connection, Named } from './names.js';
import { isSameOwner, type Owner } from './owners.js';

/** So many connects without an outcome or an end, one after the other, and nothing is remembered until there is one. */
const maxInVain = 1000;

/** What was found as of a moment. */
interface Told {
  readonly owner: Owner;
  readonly daddr: Destination;
  readonly finding: Named;
  /** How many began at that moment and are not over. */
  open: number;
}

/**
 * What was found for connections that are not over yet. Their outcome and their end ask the same as their connect did, as of
 * the same microsecond, but long after it: the answer may have been forgotten by then, and that of others found in its
 * stead. Of several that began in one microsecond, by different processes or to different addresses, the last is remembered.
 * Bounded: when there are `max` of them, the half that began first is forgotten.
 */
export class OpenConnections {
  /** By when they began, in event time: those of late, and those before. */
  private young = new Map<number, Told>();
  private old = new Map<number, Told>();
  /** Connects since the last outcome or end. */
  private inVain = 0;

  constructor(private readonly max: number) {}

  /** Whether there are outcomes and ends to remember anything for. */
  get isWanted(): boolean {
    return this.inVain < maxInVain;
  }

  /** What was found when it began. */
  find(connection: Connection): Named | undefined {
    return this.toldOf(connection)?.finding;
  }

  /** Notes what is found for a connection, by what the record says of it; a reason for having found nothing is not kept. */
  note(connection: Connection, stage: Item['stage'], finding: Named | string | undefined): void {
    if (stage !== 'begun') this.inVain = 0;
    else if (!this.isWanted) return;
    else this.inVain++;
    const told = this.toldOf(connection);
    if (stage === 'over') {
      if (told && --told.open <= 0) this.forget(connection);
    } else if (!told) {
      if (typeof finding === 'object') this.remember(connection, settled(finding));
    } else if (stage === 'begun') {
      told.open++;
    }
  }

  private toldOf({ at, owner, daddr }: Connection): Told | undefined {
    const told = this.young.get(at) ?? this.old.get(at);
    return told && isSameOwner(told.owner, owner) && told.daddr.is(daddr) ? told : undefined;
  }

  private remember({ at, owner, daddr }: Connection, finding: Named): void {
    if (2 * this.young.size >= this.max) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(at, { owner, daddr, finding, open: 1 });
  }

  private forget({ at }: Connection): void {
    if (!this.young.delete(at)) this.old.delete(at);
  }
}

/** A finding that stays what it is, whatever is learnt. */
export function settled(finding: Named): Named {
  const { answers } = finding;
  if (!answers.some(answer => answer instanceof Kept)) return finding;
  return { ...finding, answers: answers.map(answer => (answer instanceof Kept ? answer.copy() : answer)) };
}
