import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Left, panickedInBooting } from './guest.js';
import { runFiles } from './init.js';

const panic =
  'Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\nKernel panic - not syncing: Fatal exception in interrupt';

function left(console: string, files: Record<string, string> = {}, wasEnded = false): Left {
  return { console, wasEnded, text: name => files[name] };
}

test('a kernel that panicked before the script began is told from one that did later, or did not', () => {
  assert.equal(panickedInBooting(left(panic)), true);
  assert.equal(panickedInBooting(left(panic, { [runFiles.output]: '' })), false);
  assert.equal(panickedInBooting(left('reboot: Power down')), false);
  assert.equal(panickedInBooting(left(panic, {}, true)), false);
});
