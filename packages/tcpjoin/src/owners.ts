/** Who received an answer or made a connection. Unknown numbers are NaN, which equals nothing. */
export interface Owner {
  readonly pid: number;
  /** Start of the process in event time (microseconds). */
  readonly start: number;
  readonly netns: number;
  readonly mntns: number;
  /** Number of the boot: what is not known by namespace or process holds in one boot of one host only. */
  readonly boot: number;
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return (
    Object.is(a.pid, b.pid) &&
    Object.is(a.start, b.start) &&
    Object.is(a.netns, b.netns) &&
    Object.is(a.mntns, b.mntns) &&
    a.boot === b.boot
  );
}

/** The same, and nothing of it unknown: then they are one. */
function isSameKnown(a: Owner, b: Owner): boolean {
  return (
    a.pid === b.pid && a.start === b.start && a.netns === b.netns && a.mntns === b.mntns && a.boot === b.boot
  );
}

/** Places, fewer than there may be processes: the last ones are those that records are about. A power of two. */
const places = 8192;
const maxNamespaces = 10_000;

/** Where processes are, the same object for many of them. */
type Surroundings = Pick<Owner, 'netns' | 'mntns' | 'boot'>;

/** An owner, with a number that no other of the same `Owners` has, in little memory: V8 keeps each number above 2^31, as those of namespaces are, in an object of its own. */
class Member implements Owner {
  constructor(
    readonly number: number,
    readonly pid: number,
    readonly start: number,
    private readonly surroundings: Surroundings,
  ) {}

  get netns(): number {
    return this.surroundings.netns;
  }

  get mntns(): number {
    return this.surroundings.mntns;
  }

  get boot(): number {
    return this.surroundings.boot;
  }
}

export type { Member };

/**
 * Gives for the same process in the same place the same object, as long as it is remembered, so that what thousands of records
 * share is in memory once.
 */
export class Owners {
  private readonly members: (Member | undefined)[] = new Array(places).fill(undefined);
  private readonly byNetns = new Map<number, Surroundings>();
  private made = 0;

  of(owner: Owner): Member {
    const { pid, start, netns, mntns, boot } = owner;
    const place = pid & (places - 1);
    const known = this.members[place];
    if (known && isSameKnown(known, owner)) return known;
    const member = new Member(++this.made, pid, start, this.surroundings(netns, mntns, boot));
    this.members[place] = member;
    return member;
  }

  private surroundings(netns: number, mntns: number, boot: number): Surroundings {
    const known = this.byNetns.get(netns);
    if (known && Object.is(known.mntns, mntns) && known.boot === boot) return known;
    // Nothing is lost with them: they are made anew.
    if (this.byNetns.size >= maxNamespaces) this.byNetns.clear();
    const surroundings = { netns, mntns, boot };
    this.byNetns.set(netns, surroundings);
    return surroundings;
  }
}
