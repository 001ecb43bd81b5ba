import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/** Size of the young generation after 100 MB of objects, the last hundred thousand of them alive. */
function sizeAfter(prepare: string): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { keepYoungSpaceSmall } from ${JSON.stringify(new URL('./young-space.js', import.meta.url).href)};
    ${prepare};
    const alive = [];
    for (let i = 0; i < 1e6; i++) alive[i % 1e5] = { i, text: [i, i, i, i] };
    console.log(getHeapSpaceStatistics().find(space => space.space_name === 'new_space').space_size);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script]));
}

test('the young generation stays small, which otherwise grows with what lives', () => {
  const small = 4 * 1024 * 1024;
  assert.ok(sizeAfter('keepYoungSpaceSmall()') <= small);
  assert.ok(sizeAfter('') > small);
});
