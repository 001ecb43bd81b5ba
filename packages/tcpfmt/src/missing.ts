import { counted } from '@tcppipe/cli';
import { type AnyRecord, recordTypes } from '@tcppipe/events';
import { hasRow, type Layout, layouts } from './layout.js';

/** Counts what a table does not show, to be told at the end. */
export class Missing {
  private readonly byType = new Map<string, number>();
  /** Counts with a key that the columns do not show in full. */
  partly = 0;

  /** Neither lost records, which are told at once, nor ready ones, which are no events. Unknown types share a name. */
  add({ type }: AnyRecord): void {
    if (type === 'lost' || type === 'ready') return;
    const name = recordTypes.find(known => known === type) ?? 'of another type';
    this.byType.set(name, (this.byType.get(name) ?? 0) + 1);
  }

  /** The layout that has a row for most of them, if any has. */
  layout(): Layout | undefined {
    const rows = (layout: Layout) =>
      [...this.byType].reduce((sum, [type, count]) => sum + (hasRow(layout, { type }) ? count : 0), 0);
    const best = layouts.reduce((best, layout) => (rows(layout) > rows(best) ? layout : best));
    return rows(best) > 0 ? best : undefined;
  }

  /** A line for each kind; `reason` is why records have no row. */
  summary(reason: string): string[] {
    const lines: string[] = [];
    const total = [...this.byType.values()].reduce((sum, count) => sum + count, 0);
    const types = [...this.byType].map(([type, count]) => `${count} ${type}`).join(', ');
    if (total > 0) lines.push(`${counted(total, 'record')} not printed (${types}): ${reason}`);
    if (this.partly > 0) {
      lines.push(
        `${counted(this.partly, 'record')} counted by fields that the first ones do not have: name them with -f`,
      );
    }
    return lines;
  }
}
