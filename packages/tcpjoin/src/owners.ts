/** Who received an answer or made a connection. Unknown numbers are NaN, which equals nothing. */
export interface Owner {
  readonly pid: number;
  /** Start of the process in event time (microseconds). */
  readonly start: number;
  readonly netns: number;
  readonly mntns: number;
}

export function isSameOwner(a: Owner, b: Owner): boolean {
  return (
    Object.is(a.pid, b.pid) &&
    Object.is(a.start, b.start) &&
    Object.is(a.netns, b.netns) &&
    Object.is(a.mntns, b.mntns)
  );
}

/** Places, fewer than there may be processes: the last ones are those that records are about. A power of two. */
const places = 8192;
const maxNamespaces = 10_000;

/** Where processes are, the same object for many of them. */
type Namespaces = Pick<Owner, 'netns' | 'mntns'>;

/** An owner, with a number that no other of the same `Owners` has, in little memory: V8 keeps each number above 2^31, as those of namespaces are, in an object of its own. */
class Member implements Owner {
  constructor(
    readonly number: number,
    readonly pid: number,
    readonly start: number,
    private readonly namespaces: Namespaces,
  ) {}

  get netns(): number {
    return this.namespaces.netns;
  }

  get mntns(): number {
    return this.namespaces.mntns;
  }
}

export type { Member };

/**
 * Gives for the same process in the same place the same object, as long as it is remembered, so that what thousands of records
 * share is in memory once.
 */
export class Owners {
  private readonly members: (Member | undefined)[] = new Array(places).fill(undefined);
  private readonly byNetns = new Map<number, Namespaces>();
  private made = 0;

  of(pid: number, start: number, netns: number, mntns: number): Member {
    const place = pid & (places - 1);
    const known = this.members[place];
    if (known && known.pid === pid && known.start === start && known.netns === netns && known.mntns === mntns)
      return known;
    const member = new Member(++this.made, pid, start, this.namespaces(netns, mntns));
    this.members[place] = member;
    return member;
  }

  private namespaces(netns: number, mntns: number): Namespaces {
    const known = this.byNetns.get(netns);
    if (known && Object.is(known.mntns, mntns)) return known;
    // Nothing is lost with them: they are made anew.
    if (this.byNetns.size >= maxNamespaces) this.byNetns.clear();
    const namespaces = { netns, mntns };
    this.byNetns.set(netns, namespaces);
    return namespaces;
  }
}
