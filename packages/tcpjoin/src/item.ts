import type { Destination } from './destination.js';
import type { Stored, StoredBlock } from './line-store.js';
import type { Timed } from './merge.js';
import type { Connection } from './names.js';
import type { Owner } from './owners.js';
import type { Response } from './response.js';

const unknown = Number.NaN;
const nobody: Owner = { pid: unknown, start: unknown, netns: unknown, mntns: unknown, boot: 0 };

/**
 * A record in event time: what the join asks of it, and its line. Thousands are held at a time, so that each is filled
 * again for another when it has gone.
 */
export class Item implements Timed, Stored {
  // Fractions, so that V8 makes room for doubles at once.
  time = 0.5;
  /** When the connection began, microseconds in event time. */
  at = 0.5;
  dns = false;
  run = '';
  seq = 0;
  /** Where a record about a connection of ours leads; undefined for any other. */
  daddr: Destination | undefined;
  dport: unknown;
  /** What has become of that connection. */
  stage: 'begun' | 'open' | 'over' = 'begun';
  owner = nobody;
  /** What the process and the address are known by, negative where they are not: numbers that no others have. */
  originNumber = -1;
  daddrNumber = -1;
  /** What it said of its connection before: a name, only a reason, or nothing at all. */
  joined: 'named' | 'unnamed' | undefined;
  /**
   * What there is to learn from a record of the DNS side: a response, or that it is in the line; of all others but `dns` that
   * it is there, has begun, or lost something.
   */
  news: Response | 'response' | 'alive' | 'begun' | 'lost' | undefined;

  /** Where the line stands if it is known to be ASCII without controls. */
  block: StoredBlock | undefined;
  start = 0;
  end = 0;
  /** The line if it is any other; empty where there is nothing to write. */
  otherText = '';

  /** What the record is to be joined by. */
  get connection(): Connection | undefined {
    return this.daddr && (this as Item & Connection);
  }

  clear(): void {
    this.daddr = undefined;
    this.originNumber = -1;
    this.daddrNumber = -1;
    this.joined = undefined;
    this.news = undefined;
    this.block = undefined;
    this.start = 0;
    this.end = 0;
    this.otherText = '';
  }
}
