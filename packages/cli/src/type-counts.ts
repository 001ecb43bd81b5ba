/** How many records of each type there were, in the order in which the types came. */
export class TypeCounts {
  private readonly byType = new Map<string, number>();

  add(type: string): void {
    this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
  }

  get total(): number {
    return this.sumOf(() => true);
  }

  /** How many there were of the types for which it holds. */
  sumOf(holds: (type: string) => boolean): number {
    return [...this.byType].reduce((sum, [type, count]) => sum + (holds(type) ? count : 0), 0);
  }

  /** The type of which there were most; undefined where there was none. */
  get most(): string | undefined {
    return (
      [...this.byType].reduce((best, each) => (each[1] > best[1] ? each : best), ['', 0] as const)[0] ||
      undefined
    );
  }

  /** For people: `2 dns, 1 close`. */
  toString(): string {
    return [...this.byType].map(([type, count]) => `${count} ${type}`).join(', ');
  }
}
