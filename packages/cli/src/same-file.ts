import { type BigIntStats, fstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from './errors.js';

/**
 * Refuses an input, `-` being stdin, that is the file written to: `output`, or stdout without that. It would be read
 * on as fast as it grows.
 * @throws UsageError
 */
export function refuseOwnOutput(inputs: readonly string[], output: string | undefined): void {
  const same = fileAmong(inputs, statOf(output ?? 1));
  if (same !== undefined) throw new UsageError(`${same} is both input and output`);
}

/**
 * Refuses a file for one purpose that is read for another, too: each of its records would come twice. `refusal` says what to
 * do with the name of the other.
 * @throws UsageError
 */
export function refuseReadTwice(
  inputs: readonly string[],
  path: string,
  refusal: (name: string) => string,
): void {
  const file = statOf(path);
  // One that is still waited for is the same by its name.
  const same = file ? fileAmong(inputs, file) : inputs.find(input => resolve(input) === resolve(path));
  if (same !== undefined) throw new UsageError(refusal(same));
}

/** The name of the first input, `-` being stdin, that is this file, if it is a file at all. */
function fileAmong(inputs: readonly string[], file: BigIntStats | undefined): string | undefined {
  if (!file?.isFile()) return undefined;
  const found = inputs.find(input => {
    const read = statOf(input === '-' ? 0 : input);
    return read?.dev === file.dev && read.ino === file.ino;
  });
  return found === '-' ? 'stdin' : found;
}

function statOf(file: string | number): BigIntStats | undefined {
  try {
    return typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true });
  } catch {
    return undefined; // whoever opens it says what is wrong
  }
}
