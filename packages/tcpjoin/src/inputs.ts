import { fstatSync, type Stats, statSync } from 'node:fs';
import { readRecords, type Tally } from '@tcppipe/cli';
import type { Input } from './feed.js';

/** The input of a path, `-` being stdin. */
export function inputOf(path: string, tally: Tally, stop: AbortSignal): Input {
  return { batches: readRecords(path, tally, stop), isLive: isLive(path) };
}

/** The input of `--dns=FILE`. A pipe is left once nothing waits for it any more. */
export function dnsInputOf(path: string, tally: Tally, stop: AbortSignal): Input {
  const enough = new AbortController();
  const input = inputOf(path, tally, AbortSignal.any([stop, enough.signal]));
  return input.isLive ? { ...input, isSide: true, onOthersOut: () => enough.abort() } : input;
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
