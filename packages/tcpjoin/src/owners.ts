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

/** Gives for the same process in the same place the same object, so that what thousands of records share is in memory once. */
export class Owners {
  private readonly byPid = new Map<number, Owner>();

  of(pid: number, start: number, netns: number, mntns: number): Owner {
    const known = this.byPid.get(pid);
    if (known && known.start === start && known.netns === netns && known.mntns === mntns) return known;
    const owner = { pid, start, netns, mntns };
    // Nothing is lost with them: they are made anew.
    if (this.byPid.size >= maxOwners) this.byPid.clear();
    this.byPid.set(pid, owner);
    return owner;
  }
}
