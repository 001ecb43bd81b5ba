import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureLogs, type KernelResult, table, total } from './report.js';

const results: KernelResult[] = [
  {
    kernel: '6.1.0 (bookworm)',
    files: [
      { file: 'test/live/a.test.js', passed: 12, failed: 0, skipped: 1, seconds: 8.26, log: 'fine' },
      { file: 'test/live/b.test.js', passed: 1, failed: 2, skipped: 0, seconds: 100, log: 'not ok 2\n' },
    ],
  },
  { kernel: 'sid', skipped: 'not on the archive' },
];

test('the table has a line per kernel and file, and one for a kernel that could not be had', () => {
  assert.equal(
    table(results),
    `KERNEL            TEST       PASSED  FAILED  SKIPPED  SECONDS
6.1.0 (bookworm)  a.test.js      12       0        1      8.3
6.1.0 (bookworm)  b.test.js       1       2        0    100.0
sid               skipped: not on the archive`,
  );
});

test('sums are over all files, and a kernel that could not be had is skipped', () => {
  assert.deepEqual(total(results), { passed: 13, failed: 2, skipped: 2 });
});

test('only files that failed show what was written', () => {
  assert.equal(failureLogs(results), '--- test/live/b.test.js on 6.1.0 (bookworm)\nnot ok 2\n');
  assert.equal(failureLogs(results.slice(1)), '');
});
