import type { Place } from './kept.js';
import type { Marks } from './marks.js';
import type { Space } from './shares.js';

/** An address of which something is known, and where: hardly any in more than one space. */
export class Address {
  /** The place, or places by their spaces. */
  private places: Place | Map<Space, Place> | undefined;

  /** By which its marks are found, until it is forgotten. */
  readonly number: number;

  constructor(
    readonly text: string,
    private readonly marks: Marks,
  ) {
    this.number = marks.take();
  }

  /** How much had been learnt when it was needed last. */
  get lastUsed(): number {
    return this.marks.uses[this.number]!;
  }

  set lastUsed(learnt: number) {
    this.marks.uses[this.number] = learnt;
  }

  /** Time of the latest answer there ever was. */
  get latest(): number {
    const { places } = this;
    if (places === undefined) return Number.NEGATIVE_INFINITY;
    if (!(places instanceof Map)) return places.latest;
    let latest = Number.NEGATIVE_INFINITY;
    for (const place of places.values()) latest = Math.max(latest, place.latest);
    return latest;
  }

  /** Gives up its number, when it is forgotten. */
  close(): void {
    this.marks.giveBack(this.number);
  }

  /** Notes that something else is known of it. */
  change(): void {
    this.marks.changes[this.number]!++;
  }

  /** Once it is so it stays so: what is learnt of the address later is with another. */
  get isForgotten(): boolean {
    return this.places === undefined;
  }

  in(space: Space): Place | undefined {
    const { places } = this;
    if (places instanceof Map) return places.get(space);
    return places !== undefined && isSame(places.namespace.space, space) ? places : undefined;
  }

  all(): Iterable<Place> {
    const { places } = this;
    if (places instanceof Map) return places.values();
    return places === undefined ? [] : [places];
  }

  add(place: Place): void {
    const { places } = this;
    if (places === undefined) this.places = place;
    else this.places = mapOf(places).set(place.namespace.space, place);
  }

  remove(place: Place): void {
    const { places } = this;
    if (places === place) this.places = undefined;
    else if (places instanceof Map) {
      places.delete(place.namespace.space);
      if (places.size === 0) this.places = undefined;
    }
  }
}

/** As keys of maps are: NaN is itself, and -0, which is a number of JSON, is 0. */
function isSame(a: Space, b: Space): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function mapOf(places: Place | Map<Space, Place>): Map<Space, Place> {
  return places instanceof Map ? places : new Map([[places.namespace.space, places]]);
}
