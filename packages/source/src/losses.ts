import type { BpfObject } from '@tcppipe/native';
import type { Emitter } from './emitter.js';
import { u64 } from './wire.js';

/** Follows the counters of lost events in the kernel programs and reports each increase once. */
export class Losses {
  private readonly seen = new Map<string, number>();

  /** `counters`: the name of each counter and the reason it stands for. */
  constructor(
    private readonly object: BpfObject,
    private readonly counters: Readonly<Record<string, string>>,
    private readonly emitter: Emitter,
  ) {}

  report(): void {
    for (const [name, reason] of Object.entries(this.counters)) {
      const count = u64(this.object.readGlobal(name), 0);
      const before = this.seen.get(name) ?? 0;
      if (count > before) this.emitter.lose(count - before, reason);
      this.seen.set(name, count);
    }
  }
}
