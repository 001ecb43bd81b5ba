import { readFileSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isErrno } from '@tcppipe/cli';
import type { Emitter } from '@tcppipe/source';
import { hostsEntries } from './hosts.js';

/** Editors write a file in several steps; one look after the last of them is enough. */
const settleMs = 100;

/**
 * Emits the entries of a hosts file now and whenever it changes, each time followed by a call of `emitted`. They hold
 * for the mount namespace of this process.
 * @returns a function that ends it
 */
export function watchHosts(
  path: string,
  emitter: Pick<Emitter, 'note' | 'stampNow'>,
  emitted: () => void,
  say: (message: string) => void,
): () => void {
  const mntns = statSync('/proc/self/ns/mnt').ino;
  let timer: NodeJS.Timeout | undefined;
  const emit = () => {
    try {
      const { entries, leftOut } = hostsEntries(readFileSync(path, 'utf8'));
      for (const entry of entries) emitter.note({ type: 'dns', ...emitter.stampNow(), mntns, ...entry });
      emitted();
      if (leftOut > 0) say(`${path}: ${leftOut} names left out`);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'ENOENT') say(`${path} is not evidence: ${error.code}`);
    }
  };
  emit();
  // The directory, not the file: most editors replace it.
  const watcher = watch(dirname(path), (_, name) => {
    if (name !== basename(path)) return;
    clearTimeout(timer);
    timer = setTimeout(emit, settleMs);
  });
  watcher.on('error', error => say(`changes of ${path} will not be seen: ${error.message}`));
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
