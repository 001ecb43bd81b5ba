import { fairShare, userId } from '@tcppipe/events';

/** Stands for everybody of whom nothing is known. */
const nobody = -1;

/** In the order in which they were set. Not a Map: finding its first entry steps over all that were deleted before it. */
class List<T> {
  first: Link<T> | undefined;
  last: Link<T> | undefined;
  size = 0;

  push(link: Link<T>): void {
    link.before = this.last;
    link.after = undefined;
    if (this.last) this.last.after = link;
    else this.first = link;
    this.last = link;
    this.size++;
  }

  remove(link: Link<T>): void {
    const { before, after } = link;
    // What is gone and old must not lead to what is young: V8 would keep that as long.
    link.before = undefined;
    link.after = undefined;
    if (before) before.after = after;
    else this.first = after;
    if (after) after.before = before;
    else this.last = before;
    this.size--;
  }
}

class Link<T> {
  before: Link<T> | undefined;
  after: Link<T> | undefined;

  constructor(readonly of: T) {}
}

class Place<T> {
  readonly inAll = new Link<Place<T>>(this);
  readonly inOwn = new Link<Place<T>>(this);

  constructor(
    readonly key: string,
    readonly value: T,
    readonly user: number,
  ) {}
}

/**
 * At most so many things by key, each somebody's. When there are too many it is the oldest that goes: of who brought the
 * new one if he has more than his share, else of another who has, else of all. So one user cannot push out what is others'.
 */
export class FairMap<T> {
  private readonly places = new Map<string, Place<T>>();
  private readonly all = new List<Place<T>>();
  private readonly users = new Map<number, List<Place<T>>>();
  private readonly oversized = new Set<number>();

  constructor(private readonly most: number) {}

  get(key: string): T | undefined {
    return this.places.get(key)?.value;
  }

  /** The newest from now on, also where the key is known. @returns whether another had to go */
  set(key: string, value: T, uid: number | undefined): boolean {
    this.delete(key);
    const user = uid === undefined ? nobody : userId(uid);
    const place = new Place(key, value, user);
    this.places.set(key, place);
    this.all.push(place.inAll);
    const own = this.users.get(user) ?? new List();
    this.users.set(user, own);
    own.push(place.inOwn);
    if (own.size > this.most * fairShare) this.oversized.add(user);
    if (this.places.size <= this.most) return false;
    this.remove(this.surplus(user));
    return true;
  }

  delete(key: string): void {
    const place = this.places.get(key);
    if (place) this.remove(place);
  }

  /** Deletes from the oldest on as long as that holds. */
  deleteWhile(holds: (value: T) => boolean): void {
    for (let first = this.all.first; first && holds(first.of.value); first = this.all.first)
      this.remove(first.of);
  }

  private remove(place: Place<T>): void {
    const { key, user, inAll, inOwn } = place;
    const own = this.users.get(user)!;
    this.places.delete(key);
    this.all.remove(inAll);
    own.remove(inOwn);
    if (own.size === 0) this.users.delete(user);
    if (own.size <= this.most * fairShare) this.oversized.delete(user);
  }

  private surplus(newcomer: number): Place<T> {
    const [someone] = this.oversized.has(newcomer) ? [newcomer] : this.oversized;
    return (someone === undefined ? this.all : this.users.get(someone)!).first!.of;
  }
}
