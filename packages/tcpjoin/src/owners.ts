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

const maxOwners = 10_000;

/** Where processes are, the same object for many of them. */
type Namespaces = Pick<Owner, 'netns' | 'mntns'>;

/** An owner in little memory: V8 keeps each number above 2^31, as those of namespaces are, in an object of its own. */
class Member implements Owner {
  constructor(
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

/** Gives for the same process in the same place the same object, so that what thousands of records share is in memory once. */
export class Owners {
  private readonly byPid = new Map<number, Owner>();
  private readonly byNetns = new Map<number, Namespaces>();

  of(pid: number, start: number, netns: number, mntns: number): Owner {
    const known = this.byPid.get(pid);
    if (known && known.start === start && known.netns === netns && known.mntns === mntns) return known;
    // Nothing is lost with them: they are made anew.
    if (this.byPid.size >= maxOwners) this.byPid.clear();
    const owner = new Member(pid, start, this.namespaces(netns, mntns));
    this.byPid.set(pid, owner);
    return owner;
  }

  private namespaces(netns: number, mntns: number): Namespaces {
    const known = this.byNetns.get(netns);
    if (known && Object.is(known.mntns, mntns)) return known;
    if (this.byNetns.size >= maxOwners) this.byNetns.clear();
    const namespaces = { netns, mntns };
    this.byNetns.set(netns, namespaces);
    return namespaces;
  }
}
