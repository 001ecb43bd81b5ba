import { type BigIntStats, constants, type FSWatcher, fstatSync, openSync, statSync, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { IoError, ioError, isErrno } from './errors.js';
import { GrowingFile } from './growing-file.js';
import { Occupants } from './occupants.js';
import { walkPath } from './path-walk.js';

/** Files open at once. More come only where nobody takes the output over so many rotations. */
const maxFiles = 64;

/** Turns of the event loop that what came and went is waited for, in the end: a path may never get quiet. */
const maxTurns = 4;

/**
 * The files that stand at a path one after the other, each opened as soon as it is there, so that a reader who lags does
 * not miss it. Waits for inotify, never by the clock.
 */
export class FollowedPath {
  /** The first is the one to read; the last is, or was, at the path. */
  private readonly files: { readonly file: GrowingFile; readonly watcher: FSWatcher }[] = [];
  /** By their identity, of the directories on the way to the file. */
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly occupants = new Occupants();
  /** Where the path leads. */
  private realPath: string | undefined;
  private readonly said = new Set<string>();
  private soon: NodeJS.Immediate | undefined;
  private isChanged = false;
  private failure: unknown;
  private wake = () => {};

  /** `say` is told what a user should know of it, each thing once; `missed` is called each time that bytes may be missing. @throws IoError @throws errno errors */
  constructor(
    private readonly path: string,
    private readonly sayAnything: (message: string) => void,
    private readonly missed: () => void,
  ) {
    // Later versions of Node take what is in a file for something that may still come.
    if (!statSync(dirname(path)).isDirectory()) throw new IoError(`${path}: not a directory`);
    try {
      this.open();
    } catch (error) {
      this.close();
      throw error;
    }
    this.occupants.begin();
    if (!this.first) this.say('no such file yet, waiting for it');
  }

  /** The file to read, if there is one. */
  get first(): GrowingFile | undefined {
    return this.files[0]?.file;
  }

  /** Whether a later file has something in it: who writes has left the first. An empty one may be there before. */
  get hasSuccessor(): boolean {
    return this.files.some(({ file }, index) => index > 0 && file.size > 0);
  }

  /** Goes on to the next file. */
  dropFirst(): void {
    this.drop(0, 1);
    this.look();
  }

  /** Resolves when something has changed since it did so last. @throws what looking after it threw */
  async changed(): Promise<void> {
    while (!this.isChanged) {
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
    }
    this.isChanged = false;
    if (this.failure !== undefined) throw this.failure;
  }

  /** Resolves when it is known, as far as it will be, what came and went. */
  async heardOut(): Promise<void> {
    for (let turns = 0; turns < maxTurns && this.occupants.isUnsettled; turns++) await nextTurn();
  }

  /** Looks what is at the path now. */
  readonly look = (): void => {
    try {
      this.open();
    } catch (error) {
      this.failure = error;
    }
    if (this.occupants.isUnsettled) this.lookSoon();
    this.isChanged = true;
    this.wake();
  };

  say(message: string): void {
    if (this.said.has(message)) return;
    this.said.add(message);
    this.sayAnything(`${this.path}: ${message}`);
  }

  /** Says why bytes may have been missed. */
  miss(message: string): void {
    this.missed();
    this.say(message);
  }

  close(): void {
    clearImmediate(this.soon);
    for (const watcher of this.watchers.values()) watcher.close();
    this.drop(0, this.files.length);
  }

  private drop(from: number, count: number): void {
    for (const { file, watcher } of this.files.splice(from, count)) {
      watcher.close();
      file.close();
    }
  }

  /** Opens the file at the path, if it is another than before. */
  private open(): void {
    this.watchWalk();
    const identity = identityAt(this.path);
    this.occupants.noteLook(identity !== undefined);
    if (identity === undefined) return;
    if (this.files.some(({ file }) => file.identity === identity)) return;
    if (this.files.length === maxFiles && !this.dropEmpty()) {
      this.miss(`more than ${maxFiles} rotations are waiting to be read; records may be missing`);
      return;
    }
    const fd = this.openNow();
    if (fd === undefined) return;
    const stat = fstatSync(fd, { bigint: true });
    const file = new GrowingFile(fd, identityOf(stat));
    this.occupants.noteOpened();
    // By its descriptor: the path may have become another file's.
    this.files.push({ file, watcher: this.watch(`/proc/self/fd/${fd}`) });
    if (!stat.isFile()) throw new IoError(`${this.path}: is not a regular file any more`);
  }

  /** Gives up the oldest file behind the first that nobody wrote to, as a quiet log has one after each rotation. */
  private dropEmpty(): boolean {
    const index = this.files.findIndex(({ file }, index) => index > 0 && file.size === 0);
    if (index < 0) return false;
    this.drop(index, 1);
    return true;
  }

  /** Watches what may change where the path leads. */
  private watchWalk(): void {
    const { directories, realPath, missing } = walkPath(this.path);
    this.realPath = realPath;
    if (missing !== undefined) {
      if (!this.first)
        throw new IoError(`${this.path}: leads to ${missing}, where there is no such directory`);
      this.say(`there is no directory ${missing} any more, waiting for it`);
    }
    const places = new Map(directories.map(directory => [identityAt(directory), directory]));
    for (const [identity, watcher] of this.watchers) {
      if (places.has(identity)) continue;
      watcher.close();
      this.watchers.delete(identity);
    }
    for (const [identity, directory] of places) {
      if (identity === undefined || this.watchers.has(identity)) continue;
      const happened = (event: string, name: string | null) => {
        if (event === 'rename' && name !== null && join(directory, name) === this.realPath)
          this.occupants.noteEvent();
      };
      this.watchers.set(identity, this.watch(directory, happened));
      this.lookSoon(); // what happened before it was watched
    }
  }

  /** Undefined where it has gone, or may not be read yet: logrotate sets owner and mode after it has created it. */
  private openNow(): number | undefined {
    try {
      return openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!isErrno(error)) throw error;
      if (error.code === 'ENOENT') return undefined;
      if (error.code !== 'EACCES' || !this.first) throw error;
      this.say('permission denied, waiting until it may be read');
      return undefined;
    }
  }

  /** Once all events are in that have come: a busy writer makes thousands of them. */
  private lookSoon(): void {
    this.soon ??= setImmediate(() => {
      this.soon = undefined;
      if (this.occupants.endTurn())
        this.miss('another file came and went before it was opened; records may be missing');
      this.look();
    });
  }

  private watch(place: string, happened?: (event: string, name: string | null) => void): FSWatcher {
    try {
      return watch(place, (event, name) => {
        happened?.(event, name);
        this.lookSoon();
      }).on('error', error => {
        this.failure = ioError(this.path, error);
        this.lookSoon();
      });
    } catch (error) {
      if (isErrno(error) && (error.code === 'ENOSPC' || error.code === 'EMFILE'))
        throw new IoError(
          `${this.path}: cannot be followed, raise fs.inotify.max_user_watches or _instances`,
        );
      throw error;
    }
  }
}

function identityAt(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && identityOf(stat);
}

function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev} ${ino}`;
}
