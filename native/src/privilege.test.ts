import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { needsRoot } from './testing.js';

const index = fileURLToPath(new URL('./index.js', import.meta.url));

/** Gives up everything in a process with busy threads, then prints what each thread still has. */
const script = (before: string) => `
  import { randomFill } from 'node:crypto';
  import { readdirSync, readFileSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  import { binding } from ${JSON.stringify(index)};
  const worker = new Worker('setInterval(() => {}, 1)', { eval: true });
  await new Promise(resolve => worker.once('online', resolve));
  for (let i = 0; i < 8; i++) randomFill(Buffer.alloc(1 << 20), () => {});
  ${before}
  binding.dropCapabilities();
  for (const tid of readdirSync('/proc/self/task')) {
    const status = readFileSync('/proc/self/task/' + tid + '/status', 'utf8');
    console.log(...['CapPrm', 'CapEff', 'NoNewPrivs', 'SigBlk'].map(key => new RegExp(key + ':\\\\s*(\\\\S+)').exec(status)[1]));
  }
  process.exit();
`;

function threadsAfter(before: string): { caps: string; isDeaf: boolean }[] {
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script(before)], {
    encoding: 'utf8',
  });
  return output
    .trim()
    .split('\n')
    .map(line => ({ caps: line.split(' ').slice(0, 3).join(' '), isDeaf: line.endsWith('feff') }));
}

const none = '0000000000000000 0000000000000000';

test('no thread that hears keeps a capability or can get one', { skip: needsRoot }, () => {
  const threads = threadsAfter('');
  assert.ok(threads.length > 6, `${threads.length} threads`);
  for (const { caps, isDeaf } of threads) if (!isDeaf) assert.equal(caps, `${none} 1`);
  assert.ok(threads.filter(({ isDeaf }) => isDeaf).length <= 1);
});

test('with uid 0 the last thread gives up its capabilities too', { skip: needsRoot }, () => {
  for (const { caps } of threadsAfter(
    'process.setgroups([]); process.setgid(65534); process.setuid(65534);',
  )) {
    assert.ok(caps.startsWith(none), caps);
  }
});
