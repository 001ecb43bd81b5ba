import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { isErrno } from '@tcppipe/cli';
import type { Binding } from '@tcppipe/native';
import type { Emitter, Stamp } from '@tcppipe/source';
import { FileWatch } from './file-watch.js';
import { type HostsEntry, hostsEntries, noEntry } from './hosts.js';

export interface HostsWatch {
  readonly emitter: Pick<Emitter, 'note' | 'stamp' | 'stampNow'>;
  /** Called each time that the entries have been emitted. */
  emitted(): void;
  say(message: string): void;
  readonly watchMounts: Binding['watchMounts'];
}

/**
 * Emits the entries of a hosts file now and whenever it changes or another is mounted in its place.
 * @returns a function that ends it
 */
export function watchHosts(path: string, { emitter, emitted, say, watchMounts }: HostsWatch): () => void {
  const readers = readersOf(readFileSync('/proc/self/mountinfo', 'utf8'));
  let hadEntries = false;
  /** At one time, by which readers know what is in the file no more; of one that has become empty that nothing is. */
  const emit = (entries: readonly HostsEntry[]) => {
    let stamp: Stamp | undefined;
    for (const entry of entries.length === 0 && hadEntries ? [noEntry] : entries) {
      stamp = stamp ? emitter.stamp(stamp.mono_us) : emitter.stampNow();
      emitter.note({ type: 'dns', ...stamp, ...readers, ...entry });
    }
    hadEntries = entries.length > 0;
    emitted();
  };
  const look = () => {
    try {
      const text = textOf(path);
      if (text === undefined) return say(`${path} is not evidence: not a regular file`);
      const { entries, leftOut } = hostsEntries(text);
      emit(entries);
      if (leftOut > 0) say(`${path}: ${leftOut} names left out`);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'ENOENT') say(`${path} is not evidence: ${error.code}`);
      else if (hadEntries) emit([]);
    }
  };
  const blind = (reason: string) => say(`changes of ${path} will not be seen: ${reason}`);
  const watch = new FileWatch(path, { look, blind, watchMounts });
  return () => watch.close();
}

/**
 * Who reads the same file, by a text of /proc/self/mountinfo (proc(5)): the mount namespace of this process. Where its root
 * follows another's, as that of a service with a file system of its own does, it is those whom it was made from who do; their
 * number is not known, but they are in the same network namespace.
 */
export function readersOf(mountinfo: string): { mntns: number } | { netns: number } {
  const mounts = mountinfo.split('\n').map(line => line.split(' '));
  const root = mounts.findLast(([, , , , mountPoint]) => mountPoint === '/') ?? [];
  const isFollower = root.slice(0, root.indexOf('-')).some(field => field.startsWith('master:'));
  return isFollower
    ? { netns: statSync('/proc/self/ns/net').ino }
    : { mntns: statSync('/proc/self/ns/mnt').ino };
}

/** Undefined where it is no regular file: who reads a FIFO waits until somebody writes. @throws errno errors */
function textOf(path: string): string | undefined {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return fstatSync(fd).isFile() ? readFileSync(fd, 'utf8') : undefined;
  } finally {
    closeSync(fd);
  }
}
