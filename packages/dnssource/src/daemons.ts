import type { Owner } from '@tcppipe/source';

/** Processes that answer queries of others: systemd-resolved, dnsmasq, unbound… Bounded; the oldest are forgotten. */
export class Daemons {
  private readonly known = new Set<string>();

  constructor(private readonly most = 256) {}

  add(owner: Owner | undefined): void {
    if (!owner) return;
    const key = keyOf(owner);
    this.known.delete(key);
    this.known.add(key);
    for (const oldest of this.known) {
      if (this.known.size <= this.most) return;
      this.known.delete(oldest);
    }
  }

  has(owner: Owner | undefined): boolean {
    return owner !== undefined && this.known.has(keyOf(owner));
  }
}

function keyOf({ pid, pid_start_us }: Owner): string {
  return `${pid} ${pid_start_us}`;
}
