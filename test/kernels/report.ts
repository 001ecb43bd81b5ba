import { basename } from 'node:path';
import type { FileResult } from './test-run.js';

/** What became of one kernel: its files' results, or why it could not be had. */
export type KernelResult = { kernel: string } & ({ files: readonly FileResult[] } | { skipped: string });

const headings = ['KERNEL', 'TEST', 'PASSED', 'FAILED', 'SKIPPED', 'SECONDS'];

/** One line per kernel and test file, columns aligned. */
export function table(results: readonly KernelResult[]): string {
  const rows = results.flatMap(result =>
    'files' in result
      ? result.files.map(file => [result.kernel, basename(file.file), ...counts(file)])
      : [[result.kernel, `skipped: ${result.skipped}`]],
  );
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...lines.filter(line => line.length === headings.length).map(line => line[column]!.length)),
  );
  return lines
    .map(line =>
      line
        .map((cell, column) => aligned(cell, column, widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function counts({ passed, failed, skipped, seconds }: FileResult): string[] {
  return [...[passed, failed, skipped].map(String), seconds.toFixed(1)];
}

/** Words to the left, numbers to the right. */
function aligned(cell: string, column: number, width: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}

/** The sums; a kernel that could not be had counts as skipped. */
export function total(results: readonly KernelResult[]): { passed: number; failed: number; skipped: number } {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const result of results) {
    if ('skipped' in result) sum.skipped++;
    for (const file of 'files' in result ? result.files : []) {
      sum.passed += file.passed;
      sum.failed += file.failed;
      sum.skipped += file.skipped;
    }
  }
  return sum;
}

/** What the guest wrote in the files that failed. */
export function failureLogs(results: readonly KernelResult[]): string {
  return results
    .flatMap(result =>
      'files' in result
        ? result.files
            .filter(({ failed }) => failed > 0)
            .map(({ file, log }) => `--- ${file} on ${result.kernel}\n${log}`)
        : [],
    )
    .join('\n');
}
