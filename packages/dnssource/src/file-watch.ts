import { type FSWatcher, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isErrno } from '@tcppipe/cli';
import type { Binding } from '@tcppipe/native';

/** Editors write a file in several steps: one look is enough for those that come so soon after the first. */
const settleMs = 100;

export interface Watching {
  /** Called at once, and after each change of what is at the path. */
  look(): void;
  /** Called once, when changes will be missed from then on: a user's watches that are used up (inotify(7)) stay so for long. */
  blind(reason: string): void;
  readonly watchMounts: Binding['watchMounts'];
}

/** Watches a file that is written to, or another that takes its place or is mounted over it. */
export class FileWatch {
  private watchers: FSWatcher[] = [];
  /** Which file was there at the last look. */
  private shown: string | undefined;
  private due: NodeJS.Timeout | undefined;
  private isBlind = false;
  private readonly afterStart: NodeJS.Timeout;
  private readonly endMounts: () => void;

  constructor(
    private readonly path: string,
    private readonly watching: Watching,
  ) {
    this.look();
    const lookIfAnother = () => {
      if (fileAt(path) !== this.shown) this.lookSoon();
    };
    this.endMounts = watching.watchMounts(lookIfAnother);
    this.afterStart = setTimeout(lookIfAnother, settleMs); // what is mounted before the event loop waits is not told
  }

  close(): void {
    this.endMounts();
    clearTimeout(this.afterStart);
    clearTimeout(this.due);
    this.unwatch();
  }

  private readonly look = () => {
    this.due = undefined;
    this.unwatch();
    this.watch(dirname(this.path));
    this.shown = fileAt(this.path);
    // The file as well: one that is mounted there changes without its new directory being told.
    if (this.shown !== undefined) this.watch(this.path);
    this.watching.look();
  };

  private lookSoon(): void {
    this.due ??= setTimeout(this.look, settleMs);
  }

  private watch(place: string): void {
    const onChange = (_: string, changed: string | null) => {
      if (changed === basename(this.path)) this.lookSoon();
    };
    try {
      this.watchers.push(watch(place, onChange).on('error', this.onError));
    } catch (error) {
      if (!isErrno(error)) throw error;
      // Of a file that has just gone, or cannot be looked at, which `look` will notice, the directory's watcher tells what becomes.
      if (place !== this.path || !isOfFile(error)) this.onError(error);
    }
  }

  private unwatch(): void {
    for (const watcher of this.watchers) watcher.close();
    this.watchers = [];
  }

  private readonly onError = ({ message }: Error) => {
    if (!this.isBlind) this.watching.blind(message);
    this.isBlind = true;
  };
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
