import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/** The most that V8's old generation took while 150 MB of objects came and went, 15 MB of them alive at a time. */
function heapWhile(prepare: string): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { keepHeapSmall } from ${JSON.stringify(new URL('./small-heap.js', import.meta.url).href)};
    ${prepare};
    const oldSpace = () => getHeapSpaceStatistics().find(space => space.space_name === 'old_space').space_size;
    const alive = [];
    let most = 0;
    for (let i = 0; i < 3e5; i++) {
      alive[i % 3e4] = { i, numbers: Array.from({ length: 50 }, () => i) };
      if (i % 1000 === 0) most = Math.max(most, oldSpace());
    }
    console.log(most);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script]));
}

test('what comes and goes takes little more memory than what is there', () => {
  const [small, usual] = [heapWhile('keepHeapSmall()'), heapWhile('')];
  assert.ok(small < 0.75 * usual, `${small} and ${usual} bytes`);
});
