import {
  closeSync,
  constants,
  type FSWatcher,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  watch,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { isErrno } from '@tcppipe/cli';
import type { Binding } from '@tcppipe/native';
import type { Emitter, Stamp } from '@tcppipe/source';
import { type HostsEntry, hostsEntries, noEntry } from './hosts.js';

/** Editors write a file in several steps: one look is enough for those that come so soon after the first. */
const settleMs = 100;

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
  let due: NodeJS.Timeout | undefined;
  let watchers: FSWatcher[] = [];
  let shown: string | undefined;
  let isBlind = false;

  let hadEntries = false;
  /** At one time, by which readers know what is in the file no more; of one that has become empty that nothing is. */
  const emitAll = (entries: readonly HostsEntry[]) => {
    let stamp: Stamp | undefined;
    for (const entry of entries.length === 0 && hadEntries ? [noEntry] : entries) {
      stamp = stamp ? emitter.stamp(stamp.mono_us) : emitter.stampNow();
      emitter.note({ type: 'dns', ...stamp, ...readers, ...entry });
    }
    hadEntries = entries.length > 0;
    emitted();
  };
  const emit = () => {
    try {
      const text = textOf(path);
      if (text === undefined) return say(`${path} is not evidence: not a regular file`);
      const { entries, leftOut } = hostsEntries(text);
      emitAll(entries);
      if (leftOut > 0) say(`${path}: ${leftOut} names left out`);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code !== 'ENOENT') say(`${path} is not evidence: ${error.code}`);
      else if (hadEntries) emitAll([]);
    }
  };
  const look = () => {
    due = undefined;
    for (const watcher of watchers) watcher.close();
    watchers = [];
    watchFor(dirname(path));
    shown = fileAt(path);
    // The file as well: one that is mounted there changes without its new directory being told.
    if (shown !== undefined) watchFor(path);
    emit();
  };
  const lookSoon = () => {
    due ??= setTimeout(look, settleMs);
  };
  const watchFor = (place: string) => {
    const onChange = (_: string, changed: string | null) => {
      if (changed === basename(path)) lookSoon();
    };
    try {
      watchers.push(watch(place, onChange).on('error', sayBlind));
    } catch (error) {
      if (!isErrno(error)) throw error;
      // Of a file that has just gone, or cannot be looked at, as `emit` says, the directory's watcher tells what becomes.
      if (place !== path || !isOfFile(error)) sayBlind(error);
    }
  };
  /** Once: a user's watches that are used up (inotify(7)) stay so for long. */
  const sayBlind = ({ message }: Error) => {
    if (!isBlind) say(`changes of ${path} will not be seen: ${message}`);
    isBlind = true;
  };

  look();
  const lookIfAnother = () => {
    if (fileAt(path) !== shown) lookSoon();
  };
  const endMounts = watchMounts(lookIfAnother);
  const afterStart = setTimeout(lookIfAnother, settleMs); // what is mounted before the event loop waits is not told
  return () => {
    endMounts();
    clearTimeout(afterStart);
    clearTimeout(due);
    for (const watcher of watchers) watcher.close();
  };
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

/** Whether it is about the file, not about watching it. */
function isOfFile({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ELOOP' || code === 'EACCES';
}

/** Which file is there, or why that cannot be said; undefined for none. */
function fileAt(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    return found && `${found.dev} ${found.ino}`;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return error.code;
  }
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
