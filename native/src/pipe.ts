import { optionalAddon } from './addon.js';
import { checkFunction, checkU32 } from './check.js';

interface PipeAddon {
  watchReader(fd: number, onGone: () => void): void;
  widenPipe(fd: number, bytes: number): number;
}

let loaded: PipeAddon | null | undefined;

/** The addon, or null where it is not built: what it does makes pipes better, and nothing needs it. */
function addon(): PipeAddon | null {
  if (loaded === undefined) loaded = optionalAddon<PipeAddon>('pipe') ?? null;
  return loaded;
}

/**
 * Calls `onGone` once, when nobody can read any more what is written to the pipe or socket `fd`. Does not keep the event loop alive.
 * Where the addon is not built a reader that has gone is noticed at the next write.
 * @throws Error where the descriptor cannot be watched
 */
export function watchReader(fd: number, onGone: () => void): void {
  checkU32('descriptor', fd, 0);
  checkFunction('onGone', onGone);
  addon()?.watchReader(fd, onGone);
}

/**
 * Gives the pipe behind a descriptor room for so many bytes, unless it has more. Returns what it has then: less where
 * the host's limits (pipe(7)) do not allow it, 0 where it is no pipe or the addon is not built.
 */
export function widenPipe(fd: number, bytes: number): number {
  checkU32('descriptor', fd, 0);
  checkU32('pipe size', bytes, 1);
  return addon()?.widenPipe(fd, bytes) ?? 0;
}
