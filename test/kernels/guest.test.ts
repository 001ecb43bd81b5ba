import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedInBooting, type Left } from './guest.js';
import { runFiles } from './init.js';
import { stoodStill } from './script-watch.js';

const panic =
  'Oops: int3: 0000 [#1] PREEMPT SMP NOPTI\nKernel panic - not syncing: Fatal exception in interrupt';

function left(console: string, files: Record<string, string> = {}, ended?: string): Left {
  return { console, ...(ended !== undefined && { ended }), text: name => files[name] };
}

test('a kernel that panicked or stood still before the script began is told from one that did later, or did not', () => {
  assert.equal(failedInBooting(left(panic)), true);
  assert.equal(failedInBooting(left('', {}, stoodStill)), true);
  assert.equal(failedInBooting(left(panic, { [runFiles.output]: '' })), false);
  assert.equal(failedInBooting(left('reboot: Power down')), false);
  assert.equal(failedInBooting(left(panic, {}, 'was ended by a signal')), false);
});
