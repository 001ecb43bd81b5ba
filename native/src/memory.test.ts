import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const module = JSON.stringify(new URL('./memory.js', import.meta.url).href);

/** Bytes of glibc's heap that are in use, after 16 MiB in large blocks came and went twice below a small one that stays. */
function heapAfterBurst(preparation: string): number {
  const body = `
    import { readFileSync } from 'node:fs';
    import { mapLargeBlocks } from ${module};
    ${preparation}
    for (let turn = 0; turn < 2; turn++) {
      let large = Array.from({ length: 16 }, () => Buffer.allocUnsafeSlow(1 << 20).fill(1));
      globalThis.small = Array.from({ length: 64 }, () => Buffer.allocUnsafeSlow(16 << 10).fill(1));
      large = undefined;
      gc();
    }
    const [, kib] = /\\[heap\\]\\n(?:\\w+: .*\\n)*?Rss: +(\\d+) kB/.exec(readFileSync('/proc/self/smaps', 'utf8'));
    console.log(kib * 1024);`;
  const argv = ['--expose-gc', '--input-type=module', '--eval', body];
  return Number(execFileSync(process.execPath, argv, { encoding: 'utf8' }));
}

test('what a burst of large blocks took goes back to the kernel', () => {
  const asGlibcDoes = heapAfterBurst('');
  const asWeDo = heapAfterBurst('mapLargeBlocks();');
  assert.ok(asGlibcDoes > 16 << 20, `glibc keeps ${asGlibcDoes} bytes: this test shows nothing`);
  assert.ok(asWeDo < 8 << 20, `${asWeDo} bytes are kept`);
});
