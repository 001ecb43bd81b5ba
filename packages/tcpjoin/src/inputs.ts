import { fstatSync, type Stats, statSync } from 'node:fs';
import { canBeFollowed, type InputOptions, readRecords, type Tally } from '@tcppipe/cli';
import type { Input } from './input.js';

/** The input of a path, `-` being stdin. With `follow` a file is a live input once it has been read to its end. */
export function inputOf(path: string, tally: Tally, stop: AbortSignal, options: InputOptions): Input {
  const { follow } = options;
  if (!follow || !canBeFollowed(path))
    return {
      batches: readRecords(path, tally, stop, { ...options, follow: undefined }),
      isLive: isLive(path),
      stop,
    };
  let onCaughtUp = () => {};
  const caughtUp = new Promise<void>(resolve => {
    onCaughtUp = resolve;
  });
  return {
    batches: readRecords(path, tally, stop, { ...options, follow: { ...follow, onCaughtUp } }),
    isLive: true,
    caughtUp,
  };
}

/** The input of `--dns=FILE`. A pipe, or a file that is followed, is left once nothing waits for it any more. */
export function dnsInputOf(path: string, tally: Tally, stop: AbortSignal, options: InputOptions): Input {
  const { follow } = options;
  const enough = new AbortController();
  const orEnough = (signal: AbortSignal) => AbortSignal.any([signal, enough.signal]);
  const followed = follow && { ...follow, until: orEnough(follow.until), stop: orEnough(follow.stop) };
  const input = inputOf(path, tally, orEnough(stop), { ...options, follow: followed });
  // To have enough of it cuts nothing off that anybody waits for.
  const cut = input.stop ? { stop } : {};
  return input.isLive
    ? { ...input, ...cut, isSide: true, onOthersOut: () => enough.abort() }
    : { ...input, ...cut };
}

/** Whether more may be written to it while we read: anything but a file. */
function isLive(path: string): boolean {
  const stat = statOf(path);
  return stat !== undefined && !stat.isFile();
}

function statOf(path: string): Stats | undefined {
  try {
    return path === '-' ? fstatSync(0) : statSync(path);
  } catch {
    return undefined; // whoever opens it says what is wrong
  }
}
