import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const module = JSON.stringify(new URL('./memory.js', import.meta.url).href);

/**
 * Bytes by which a process has grown after 16 MiB in large blocks came and went twice, below small ones that stay.
 * The whole process is measured: where the break cannot be moved, as the kernel happened to lay it out, glibc's blocks
 * are not in what the kernel calls [heap].
 */
function growthInBurst(preparation: string): number {
  const body = `
    import { readFileSync } from 'node:fs';
    import { mapLargeBlocks } from ${module};
    ${preparation}
    const collect = () => {
      gc(); // may end a cycle that began while the blocks were in use, which spares them
      gc();
    };
    const anonymousKib = () => Number(/^RssAnon:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    collect();
    const before = anonymousKib();
    for (let turn = 0; turn < 2; turn++) {
      let large = Array.from({ length: 16 }, () => Buffer.allocUnsafeSlow(1 << 20).fill(1));
      globalThis.small = Array.from({ length: 64 }, () => Buffer.allocUnsafeSlow(16 << 10).fill(1));
      large = undefined;
      collect();
    }
    console.log((anonymousKib() - before) * 1024);`;
  // a thread of V8's own would free the blocks after gc() returned, and the next turn find the allocator as it was
  const options = ['--expose-gc', '--no-concurrent-array-buffer-sweeping', '--input-type=module'];
  return Number(execFileSync(process.execPath, [...options, '--eval', body], { encoding: 'utf8' }));
}

test('what a burst of large blocks took goes back to the kernel', () => {
  const asGlibcDoes = growthInBurst('');
  const asWeDo = growthInBurst('mapLargeBlocks();');
  assert.ok(asGlibcDoes > 16 << 20, `glibc keeps ${asGlibcDoes} bytes: this test shows nothing`);
  assert.ok(asWeDo < 8 << 20, `${asWeDo} bytes are kept`);
});

test('what of the file of Node only the start needed goes, and the rest comes back', () => {
  const body = `
    import { readFileSync } from 'node:fs';
    import { unmapNodeFile } from ${module};
    const fileKib = () => Number(/^RssFile:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    const before = fileKib();
    unmapNodeFile();
    const after = fileKib();
    console.log(JSON.stringify({ before, after, formatted: new Intl.NumberFormat('en').format(1234567) }));`;
  const { before, after, formatted } = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', body], { encoding: 'utf8' }),
  );
  assert.ok(after < before / 2, `${before} KiB of files before, ${after} after`);
  assert.equal(formatted, '1,234,567');
});
