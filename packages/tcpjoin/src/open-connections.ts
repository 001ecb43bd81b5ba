import type { Item } from './item.js';
import { Kept, placesOf } from './kept.js';
import { type Connection, maxCandidates, type Named } from './names.js';
import { isSameOwner, type Owner } from './owners.js';

/** So many connects without an outcome or an end, one after the other, and no more are remembered until there is one. */
const maxInVain = 1000;

/** What was found for connections of a process to an address, all of one microsecond. */
interface Told {
  readonly owner: Owner;
  readonly finding: Named;
  readonly places: number;
  /** How many of them are not over. */
  open: number;
}

/**
 * What was found for connections that are not over yet. Their outcome and their end ask the same as their connect did, as of
 * the same microsecond, but long after it: the answer may have been forgotten by then, and that of others found in its
 * stead. Bounded: of those that take `max` places as the table counts them, half are remembered at least, the latest.
 */
export class OpenConnections {
  /** Those of late, and those before. */
  private young = new Map<string, Told>();
  private old = new Map<string, Told>();
  private youngPlaces = 0;
  /** Connects since the last outcome or end. */
  private inVain = 0;

  constructor(private readonly max: number) {}

  /** Whether there are outcomes and ends to remember anything for. */
  get isWanted(): boolean {
    return this.inVain < maxInVain;
  }

  /** What was found when it began. */
  find(connection: Connection): Named | undefined {
    return this.toldOf(keyOf(connection), connection)?.finding;
  }

  /** Notes what is found for a connection, by what the record says of it; a reason for having found nothing is not kept. */
  note(connection: Connection, stage: Item['stage'], finding: Named | string | undefined): void {
    if (stage !== 'begun') this.inVain = 0;
    else if (!this.isWanted) return;
    else this.inVain++;
    const key = keyOf(connection);
    const told = this.toldOf(key, connection);
    if (stage === 'over') {
      if (told && --told.open <= 0) this.forget(key);
    } else if (!told) {
      if (typeof finding === 'object') this.remember(key, connection, settled(finding));
    } else if (stage === 'begun') {
      told.open++;
    }
  }

  private toldOf(key: string, { owner }: Connection): Told | undefined {
    const told = this.young.get(key) ?? this.old.get(key);
    return told && isSameOwner(told.owner, owner) ? told : undefined;
  }

  private remember(key: string, { owner }: Connection, finding: Named): void {
    const places = finding.answers.reduce((sum, answer) => sum + placesOf(answer), 0);
    if (this.youngPlaces + places > this.max / 2) {
      this.old = this.young;
      this.young = new Map();
      this.youngPlaces = 0;
    }
    this.young.set(key, { owner, finding, places, open: 1 });
    this.youngPlaces += places;
  }

  private forget(key: string): void {
    const told = this.young.get(key);
    if (told) this.youngPlaces -= told.places;
    if (!this.young.delete(key)) this.old.delete(key);
  }
}

function keyOf({ at, owner, daddr }: Connection): string {
  return `${at} ${owner.pid} ${daddr.address}`;
}

/** A finding that stays what it is, whatever is learnt. */
export function settled(finding: Named): Named {
  const { scope, answers, until } = finding;
  if (answers.length <= maxCandidates && !answers.some(answer => answer instanceof Kept)) return finding;
  const said = answers.slice(0, maxCandidates);
  return { scope, answers: said.map(answer => (answer instanceof Kept ? answer.copy() : answer)), until };
}
