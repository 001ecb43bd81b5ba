import { userId } from '@tcppipe/events';

/** Who holds more than this share of the places makes room for himself. */
const fairShare = 1 / 4;
/** Stands for everybody of whom nothing is known. */
const nobody = -1;

interface Place<T> {
  readonly value: T;
  readonly user: number;
}

/**
 * At most so many things by key, each somebody's. When there are too many it is the oldest that goes: of who brought the
 * new one if he has more than his share, else of another who has, else of all. So one user cannot push out what is others'.
 */
export class FairMap<T> {
  /** The oldest first, as are those of each user. */
  private readonly places = new Map<string, Place<T>>();
  private readonly users = new Map<number, Set<string>>();
  private readonly oversized = new Set<number>();

  constructor(private readonly most: number) {}

  get(key: string): T | undefined {
    return this.places.get(key)?.value;
  }

  /** The newest from now on, also where the key is known. @returns whether another had to go */
  set(key: string, value: T, uid: number | undefined): boolean {
    this.delete(key);
    const user = uid === undefined ? nobody : userId(uid);
    this.places.set(key, { value, user });
    const keys = this.users.get(user) ?? new Set();
    this.users.set(user, keys.add(key));
    if (keys.size > this.most * fairShare) this.oversized.add(user);
    if (this.places.size <= this.most) return false;
    this.delete(this.surplus(user));
    return true;
  }

  delete(key: string): void {
    const place = this.places.get(key);
    if (!place) return;
    this.places.delete(key);
    const keys = this.users.get(place.user)!;
    keys.delete(key);
    if (keys.size === 0) this.users.delete(place.user);
    if (keys.size <= this.most * fairShare) this.oversized.delete(place.user);
  }

  /** Deletes from the oldest on as long as that holds. */
  deleteWhile(holds: (value: T) => boolean): void {
    for (const [key, { value }] of this.places) {
      if (!holds(value)) return;
      this.delete(key);
    }
  }

  private surplus(newcomer: number): string {
    const [someone] = this.oversized.has(newcomer) ? [newcomer] : this.oversized;
    const [oldest] = (someone === undefined ? this.places : this.users.get(someone)!).keys();
    return oldest!;
  }
}
