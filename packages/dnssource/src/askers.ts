import type { Owner, Places } from '@tcppipe/source';
import { FairMap } from './fair-map.js';

/** Who sends queries from a socket, and where that lives. */
export interface Asker {
  readonly owner: Owner | undefined;
  readonly places: Places;
  /** Inode number, of the socket. */
  readonly netns: number | undefined;
}

/** Who asked last on each socket. Bounded; those who have not asked for longest are forgotten first, fairly. */
export class Askers {
  private readonly last: FairMap<Asker>;

  constructor(most = 4096) {
    this.last = new FairMap(most);
  }

  add(sock: string, asker: Asker): void {
    this.last.set(sock, asker, asker.owner?.uid);
  }

  /** Undefined where nobody is known to have asked. */
  of(sock: string): Asker | undefined {
    return this.last.get(sock);
  }
}
