import { counted } from '@tcppipe/cli';
import type { BpfObject } from '@tcppipe/native';
import type { Emitter } from './emitter.js';
import { readU64 } from './wire.js';

/** Milliseconds without another record of losses after one: who loses much would be told of little else. */
const quietMs = 500;

const remedies: Readonly<Record<string, string>> = {
  ring_full: 'a larger --ring-size or a faster reader helps',
  no_memory: 'a larger net.core.optmem_max may help',
};

/** The account of what was lost, by reason, as text for people. */
export function lostMessage(lost: ReadonlyMap<string, number>): string {
  const sum = [...lost.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...lost].map(([reason, count]) => {
    const remedy = remedies[reason];
    return `${count} ${reason}${remedy ? ` (${remedy})` : ''}`;
  });
  return `${counted(sum, 'event')} lost: ${parts.join(', ')}`;
}

/**
 * Follows the counters of lost events in the kernel programs, and has the emitter say what was lost: at once, unless
 * it has just done so, and then together with all else at the end of `quietMs`.
 */
export class Losses {
  private readonly seen = new Map<string, number>();
  private quiet: NodeJS.Timeout | undefined;

  /** `counters`: the name of each counter and the reason it stands for. `said` is called after records that came late. */
  constructor(
    private readonly object: Pick<BpfObject, 'readGlobal'>,
    private readonly counters: Readonly<Record<string, string>>,
    private readonly emitter: Pick<Emitter, 'lose' | 'sayLost'>,
    private readonly said: () => void,
  ) {}

  /** To be called after each batch. */
  report(): void {
    this.count();
    if (!this.quiet) this.say();
  }

  /** Says all that is left to say; `unread` events could not be had any more. */
  finish(unread: number): void {
    this.close();
    this.count();
    if (unread > 0) this.emitter.lose(unread, 'shutdown');
    this.emitter.sayLost();
  }

  close(): void {
    clearTimeout(this.quiet);
    this.quiet = undefined;
  }

  private count(): void {
    for (const [name, reason] of Object.entries(this.counters)) {
      const count = readU64(this.object.readGlobal(name), 0);
      const before = this.seen.get(name) ?? 0;
      if (count > before) this.emitter.lose(count - before, reason);
      this.seen.set(name, count);
    }
  }

  private say(): boolean {
    if (!this.emitter.sayLost()) return false;
    this.quiet = setTimeout(() => {
      this.quiet = undefined;
      if (this.say()) this.said();
    }, quietMs);
    this.quiet.unref();
    return true;
  }
}
