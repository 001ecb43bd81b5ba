import { counted, TypeCounts } from '@tcppipe/cli';
import { type AnyRecord, recordTypes } from '@tcppipe/events';
import { hasRow, type Layout, layouts } from './layout.js';

/** Counts what a table does not show, to be told at the end. */
export class Missing {
  private readonly types = new TypeCounts();
  /** Counts with a key that the columns do not show in full. */
  partly = 0;

  /** Neither lost records, which are told at once, nor ready ones, which are no events. Unknown types share a name. */
  add({ type }: AnyRecord): void {
    if (type === 'lost' || type === 'ready') return;
    this.types.add(recordTypes.find(known => known === type) ?? 'of another type');
  }

  /** The layout that has a row for most of them, if any has. */
  layout(): Layout | undefined {
    const rows = (layout: Layout) => this.types.sumOf(type => hasRow(layout, { type }));
    const best = layouts.reduce((best, layout) => (rows(layout) > rows(best) ? layout : best));
    return rows(best) > 0 ? best : undefined;
  }

  /** A line for each kind; `reason` is why records have no row. */
  summary(reason: string): string[] {
    const lines: string[] = [];
    const { total } = this.types;
    if (total > 0) lines.push(`${counted(total, 'record')} not printed (${this.types}): ${reason}`);
    if (this.partly > 0) {
      lines.push(
        `${counted(this.partly, 'record')} counted by fields that the first ones do not have: name them with -f`,
      );
    }
    return lines;
  }
}
