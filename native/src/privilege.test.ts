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
    console.log(...['CapPrm', 'CapEff', 'NoNewPrivs'].map(key => new RegExp(key + ':\\\\s*(\\\\S+)').exec(status)[1]));
  }
  process.exit();
`;

function assertNoneLeft(words: readonly string[], before: string): void {
  const [program, ...args] = [...words, process.execPath, '--input-type=module', '-e', script(before)];
  const threads = execFileSync(program!, args, { encoding: 'utf8' }).trim().split('\n');
  assert.ok(threads.length > 6, `${threads.length} threads`);
  for (const thread of threads) assert.equal(thread, '0000000000000000 0000000000000000 1');
}

test('no thread keeps a capability or can get one', { skip: needsRoot }, () => {
  assertNoneLeft([], '');
});

test('none does where uid 0 was given up before', { skip: needsRoot }, () => {
  assertNoneLeft([], 'process.setgroups([]); process.setgid(65534); process.setuid(65534);');
});

test('none does where the capabilities came without uid 0', { skip: needsRoot }, () => {
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  assertNoneLeft(['setpriv', ...user, '--inh-caps=+bpf,+perfmon', '--ambient-caps=+bpf,+perfmon'], '');
});
