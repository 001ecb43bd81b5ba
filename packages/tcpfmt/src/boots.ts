import type { AnyRecord } from '@tcppipe/events';

const maxRuns = 1024;

/** Which runs of sources were in which boot of the host, as their `ready` records tell. */
export class Boots {
  /** Whether there are several, so that one cannot be taken for another. */
  areSeveral = false;
  private readonly ids = new Map<string, string>();

  /** Learns from a `ready` record. Of the last 1,024 runs. */
  learn({ run, boot_id: id }: AnyRecord): void {
    if (typeof run !== 'string' || typeof id !== 'string') return;
    for (const other of this.ids.values()) this.areSeveral ||= other !== id;
    this.ids.set(run, id);
    const [oldest] = this.ids.keys();
    if (this.ids.size > maxRuns) this.ids.delete(oldest!);
  }

  /** Whether two runs were in the same boot; undefined where that is not known. */
  areOne(run: unknown, other: unknown): boolean | undefined {
    if (typeof run !== 'string' || typeof other !== 'string') return undefined;
    if (run === other) return true;
    const id = this.ids.get(run);
    const otherId = this.ids.get(other);
    return id === undefined || otherId === undefined ? undefined : id === otherId;
  }
}
