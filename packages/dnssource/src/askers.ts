import type { Owner, Places } from '@tcppipe/source';

/** Who sends queries from a socket, and where that lives. */
export interface Asker {
  readonly owner: Owner | undefined;
  readonly places: Places;
  /** Inode number, of the socket. */
  readonly netns: number | undefined;
}

/** Who asked last on each socket. Bounded; those who have not asked for longest are forgotten first. */
export class Askers {
  private readonly last = new Map<string, Asker>();

  constructor(private readonly most = 4096) {}

  add(sock: string, asker: Asker): void {
    this.last.delete(sock);
    this.last.set(sock, asker);
    for (const oldest of this.last.keys()) {
      if (this.last.size <= this.most) return;
      this.last.delete(oldest);
    }
  }

  /** Undefined where nobody is known to have asked. */
  of(sock: string): Asker | undefined {
    return this.last.get(sock);
  }
}
