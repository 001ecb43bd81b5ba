import type { AnyRecord } from '@tcppipe/events';

/** Events that were not asked for, by type: where nothing was counted, one of these may have been meant. */
export class LeftOut {
  private readonly byType = new Map<unknown, number>();

  add({ type }: AnyRecord): void {
    this.byType.set(type, (this.byType.get(type) ?? 0) + 1);
  }

  /** What there is, the most first, and how to have it counted; undefined for nothing. */
  get hint(): string | undefined {
    const types = [...this.byType].sort(([, a], [, b]) => b - a);
    if (types.length === 0) return undefined;
    return `${types.map(([type, count]) => `${count} ${type}`).join(', ')}: -e ${types[0]![0]} counts those`;
  }
}
