import { type BigIntStats, fstatSync, statSync } from 'node:fs';
import { UsageError } from './errors.js';

/**
 * Refuses an input, `-` being stdin, that is the file written to: `output`, or stdout without that. It would be read
 * on as fast as it grows.
 * @throws UsageError
 */
export function refuseOwnOutput(inputs: readonly string[], output: string | undefined): void {
  const written = statOf(output ?? 1);
  if (!written?.isFile()) return;
  for (const input of inputs) {
    const read = statOf(input === '-' ? 0 : input);
    if (read?.dev === written.dev && read.ino === written.ino) {
      throw new UsageError(`${input === '-' ? 'stdin' : input} is both input and output`);
    }
  }
}

function statOf(file: string | number): BigIntStats | undefined {
  try {
    return typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true });
  } catch {
    return undefined; // whoever opens it says what is wrong
  }
}
