import { LRUCache } from 'lru-cache';
import type { Answer } from './kept.js';
import type { Owner } from './owners.js';
import { Times } from './times.js';

const maxFiles = 1024;
/** Readings remembered of each, for look-ups as of an earlier time. */
const maxReadings = 64;

/** When hosts files were read: whole each time, so that what an earlier reading had alone is not in the file any more. */
export class HostsFiles {
  /** In event time, by whose file it is. */
  private readonly readings = new LRUCache<string, Times>({ max: maxFiles });

  /** An entry, of which there may be more, was read from the file of these at that time. */
  read(file: Owner, time: number): void {
    const key = keyOf(file);
    const known = this.readings.get(key) ?? new Times(maxReadings);
    known.enter(time);
    this.readings.set(key, known);
  }

  /** Whether the answer was in its file when that was read last before `at`. */
  has({ owner, time }: Answer, at: number): boolean {
    const last = this.readings.get(keyOf(owner))?.lastBy(at);
    return last === undefined || time >= last;
  }
}

/** As hosts files are told apart: by mount namespace, else by network namespace. */
function keyOf({ mntns, netns, boot }: Owner): string {
  return `${boot} ${Number.isNaN(mntns) ? `net ${netns}` : `mnt ${mntns}`}`;
}
