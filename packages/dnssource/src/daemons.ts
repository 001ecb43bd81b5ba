import type { Owner } from '@tcppipe/source';

/**
 * Processes that answer queries of others: systemd-resolved, dnsmasq, unbound… Bounded: the one that has gone longest without
 * answering or asking is forgotten.
 */
export class Daemons {
  private readonly known = new Set<string>();

  constructor(private readonly most = 256) {}

  add(owner: Owner | undefined): void {
    if (!owner) return;
    this.use(keyOf(owner));
    for (const oldest of this.known) {
      if (this.known.size <= this.most) return;
      this.known.delete(oldest);
    }
  }

  has(owner: Owner | undefined): boolean {
    if (owner === undefined) return false;
    const key = keyOf(owner);
    if (!this.known.has(key)) return false;
    this.use(key); // dnsmasq is a process of its own for each connection that it answers: many come once
    return true;
  }

  private use(key: string): void {
    this.known.delete(key);
    this.known.add(key);
  }
}

function keyOf({ pid, pid_start_us }: Owner): string {
  return `${pid} ${pid_start_us}`;
}
