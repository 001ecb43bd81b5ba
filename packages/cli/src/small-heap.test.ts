import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

interface Sizes {
  most: number;
  /** On average above what was in it after a collection. */
  spare: number;
}

const v8 = Number.parseInt(process.versions.v8, 10);
/**
 * When a collection is done is else a matter of V8's other threads, and so of what the machine has to do besides. Later
 * versions than that of Node 20 collect at other times without them.
 */
const flags = v8 < 12 ? ['--single-threaded-gc'] : [];

/** What a space of V8's heap took while `steps` objects came and went, so many of them alive, `from` one of them on. */
function sizesOf(space: string, prepare: string, steps: number, alive: number, from = 0): Sizes {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { keepTablesSmall, keepYoungSpaceSmall } from ${JSON.stringify(new URL('./small-heap.js', import.meta.url).href)};
    ${prepare};
    const alive = [];
    const sizes = [], inUse = [];
    for (let i = 0; i < ${steps}; i++) {
      alive[i % ${alive}] = { i, text: [i, i, i, i] };
      if (i < ${from} || i % 10_000 > 0) continue;
      const space = getHeapSpaceStatistics().find(({ space_name }) => space_name === '${space}');
      sizes.push(space.space_size);
      inUse.push(space.space_used_size);
    }
    const mean = sizes.reduce((sum, size) => sum + size) / sizes.length;
    console.log(JSON.stringify({ most: Math.max(...sizes), spare: mean - Math.min(...inUse) }));`;
  return JSON.parse(
    execFileSync(process.execPath, [...flags, '--input-type=module', '--eval', script], { encoding: 'utf8' }),
  );
}

test('the young generation stays small, which otherwise grows with what lives', () => {
  // V8 13, which Node 24 has, gives pages back some collections after it has emptied them.
  const small = (v8 < 13 ? 4 : 16) * 1024 * 1024;
  assert.ok(sizesOf('new_space', 'keepYoungSpaceSmall()', 1e6, 1e5).most <= small);
  assert.ok(sizesOf('new_space', '', 1e6, 1e5).most > small);
});

test('the old generation takes little more than what is in it, once V8 knows how that grows', () => {
  const young = 'keepYoungSpaceSmall()';
  const withFirstFlag = `(await import('node:v8')).setFlagsFromString('--optimize-for-size'); ${young}`;
  const [small, larger, usual] = [`${young}; keepTablesSmall()`, withFirstFlag, young].map(
    prepare => sizesOf('old_space', prepare, 6e6, 3e4, 1e6).spare,
  ) as [number, number, number];
  assert.ok(small < 0.9 * larger, `${small} and ${larger} bytes`);
  assert.ok(small < 0.5 * usual, `${small} and ${usual} bytes`);
});
