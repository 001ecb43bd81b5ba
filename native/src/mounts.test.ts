import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { binding } from './index.js';

/** Runs a script in which `watch` is `binding.watchMounts`, and gives what it writes. */
function output(script: string, ...enter: string[]): string {
  const imported = `import { binding } from ${JSON.stringify(new URL('./index.js', import.meta.url).href)};`;
  const code = `${imported} import { execFileSync } from 'node:child_process'; const watch = binding.watchMounts; ${script}`;
  const [program, ...args] = [...enter, process.execPath, '--input-type=module', '--eval', code];
  return execFileSync(program!, args, { encoding: 'utf8', timeout: 20_000 });
}

test('a mount that comes is told once, and none after the end', {
  skip: process.getuid!() !== 0 && 'not root',
}, () => {
  const script = `
    let told = 0;
    // Between the two the event loop waits for input: what is mounted before is not told.
    const mountSoon = () => setImmediate(() => setImmediate(() => execFileSync('mount', ['-t', 'tmpfs', 'none', '/mnt'])));
    const alive = setInterval(() => {}, 1000);
    const end = watch(() => {
      console.log(++told);
      end();
      end();
      // Whoever is told of the next one is so in the same turn of the loop as the first would be.
      watch(() => setImmediate(() => clearInterval(alive)));
      mountSoon();
    });
    mountSoon();`;
  assert.equal(output(script, 'unshare', '--mount', '--propagation', 'private'), '1\n');
});

test('the watch keeps no process alive', () => {
  assert.equal(output("watch(() => {}); process.on('exit', () => console.log('over'))"), 'over\n');
});

test('a worker may end with a watch', () => {
  const script = `
    const { Worker } = await import('node:worker_threads');
    const code = ${JSON.stringify(`import { binding } from ${JSON.stringify(new URL('./index.js', import.meta.url).href)}; binding.watchMounts(() => {});`)};
    const url = new URL('data:text/javascript,' + encodeURIComponent(code));
    for (let i = 0; i < 3; i++) await new Promise(resolve => new Worker(url).on('exit', resolve));
    console.log('over');`;
  assert.equal(output(script), 'over\n');
});

test('what is called must be a function', () => {
  assert.throws(() => binding.watchMounts(undefined as never), TypeError);
});
