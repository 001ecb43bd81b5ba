import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/** The most that a space of V8's heap took while `steps` objects came and went, so many of them alive, `from` one of them on. */
function sizeOf(space: string, prepare: string, steps: number, alive: number, from = 0): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { keepTablesSmall, keepYoungSpaceSmall } from ${JSON.stringify(new URL('./small-heap.js', import.meta.url).href)};
    ${prepare};
    const alive = [];
    let most = 0;
    for (let i = 0; i < ${steps}; i++) {
      alive[i % ${alive}] = { i, text: [i, i, i, i] };
      if (i < ${from} || i % 10_000 > 0) continue;
      const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === '${space}');
      most = Math.max(most, space.space_size);
    }
    console.log(most);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', script]));
}

test('the young generation stays small, which otherwise grows with what lives', () => {
  // V8 13, which Node 24 has, gives pages back some collections after it has emptied them.
  const small = (Number.parseInt(process.versions.v8, 10) < 13 ? 4 : 16) * 1024 * 1024;
  assert.ok(sizeOf('new_space', 'keepYoungSpaceSmall()', 1e6, 1e5) <= small);
  assert.ok(sizeOf('new_space', '', 1e6, 1e5) > small);
});

test('the old generation takes little more than what is in it, once V8 knows how that grows', () => {
  const young = 'keepYoungSpaceSmall()';
  const withFirstFlag = `(await import('node:v8')).setFlagsFromString('--optimize-for-size'); ${young}`;
  const [small, larger, usual] = [`${young}; keepTablesSmall()`, withFirstFlag, young].map(prepare =>
    sizeOf('old_space', prepare, 2e6, 3e4, 1e6),
  ) as [number, number, number];
  assert.ok(small < 0.9 * larger, `${small} and ${larger} bytes`);
  assert.ok(small < 0.6 * usual, `${small} and ${usual} bytes`);
});
