/**
 * A queue in an array that is used again from its beginning, so that nothing is copied while as much comes as goes. It has
 * as much room as it ever needed.
 */
export class Fifo<T> {
  /** As many places as a power of two. */
  private places: (T | undefined)[] = new Array(16).fill(undefined);
  private head = 0;
  private size = 0;

  get first(): T | undefined {
    return this.size > 0 ? this.places[this.head] : undefined;
  }

  get last(): T | undefined {
    return this.size > 0 ? this.places[this.placeOf(this.size - 1)] : undefined;
  }

  push(item: T): void {
    if (this.size === this.places.length) this.grow();
    this.places[this.placeOf(this.size++)] = item;
  }

  /** Takes the first away, if there is one. */
  drop(): void {
    if (this.size === 0) return;
    this.places[this.head] = undefined;
    this.head = this.placeOf(1);
    this.size--;
  }

  private placeOf(index: number): number {
    return (this.head + index) & (this.places.length - 1);
  }

  private grow(): void {
    const { places, head } = this;
    const free = new Array<undefined>(places.length).fill(undefined);
    this.places = [...places.slice(head), ...places.slice(0, head), ...free];
    this.head = 0;
  }
}
