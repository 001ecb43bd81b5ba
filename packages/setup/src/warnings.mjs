import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Collects the runtime warnings of every Node process that gets the options passed to `action`, also of those whose
 * standard error a test reads or drops.
 * @template Result
 * @param {(nodeOptions: string) => Result} action
 * @returns {{ result: Result, warnings: string }} warnings: their text, empty if there were none
 */
export function withWarnings(action) {
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-test-'));
  const file = join(directory, 'warnings');
  // The sources give up root and must still be able to write here.
  chmodSync(directory, 0o755);
  writeFileSync(file, '');
  chmodSync(file, 0o666);
  try {
    const inherited = process.env.NODE_OPTIONS ?? '';
    const result = action(`${inherited} --trace-warnings --redirect-warnings=${file}`.trim());
    return { result, warnings: readFileSync(file, 'utf8') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
