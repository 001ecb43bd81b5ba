import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { bpfDescriptors, emit, needsRoot } from './testing.js';

const root = { skip: needsRoot };
const testing = JSON.stringify(new URL('./testing.js', import.meta.url).href);

function runScript(body: string): {
  status: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
} {
  const code = `
    import { emit, startProbe } from ${testing};
    const onError = error => console.log('error', error.message);
    const ring = { map: 'ring', awake: 'awake', drainMs: 5, batchBytes: 65536, onError };
    const object = startProbe();
    ${body}`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  return { status: child.status, signal: child.signal, stdout: child.stdout, stderr: child.stderr };
}

test('an open ring keeps the process alive, and closing it inside onBatch ends it', root, () => {
  const body = `
    object.openRing({ ...ring, onBatch() { console.log('batch'); object.close(); } });
    setTimeout(() => emit(1), 50).unref();`;
  assert.deepEqual(runScript(body), { status: 0, signal: null, stdout: 'batch\n', stderr: '' });
});

test('an open ring and globals go on working without any privilege', root, () => {
  const body = `
    const { readFileSync } = await import('node:fs');
    object.openRing({ ...ring, onBatch() { console.log('sent', object.readGlobal('sent')[0]); object.close(); } });
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    console.log(/CapEff:.*/.exec(readFileSync('/proc/self/status', 'utf8'))[0]);
    emit(2);`;
  const stdout = 'CapEff:\t0000000000000000\nsent 2\n';
  assert.deepEqual(runScript(body), { status: 0, signal: null, stdout, stderr: '' });
});

test('the process may exit with an open ring', root, () => {
  const body = 'object.openRing({ ...ring, onBatch() { process.exit(3); } }); emit(1);';
  assert.deepEqual(runScript(body), { status: 3, signal: null, stdout: '', stderr: '' });
});

test('what onError throws is an uncaught exception', root, () => {
  const body = `
    process.on('uncaughtException', error => { console.log('uncaught', error.message); object.close(); });
    object.openRing({ ...ring, onBatch() { throw new Error('mine'); }, onError(error) { throw error; } });
    emit(1);`;
  assert.deepEqual(runScript(body), { status: 0, signal: null, stdout: 'uncaught mine\n', stderr: '' });
});

test('a worker with an open ring can be terminated while it delivers, and leaves nothing', root, async () => {
  const before = bpfDescriptors().size;
  const code = `
    import { parentPort } from 'node:worker_threads';
    import { openRing, startProbe } from ${testing};
    openRing(startProbe(), { onBatch() { parentPort.postMessage('batch'); for (;;); } });
    parentPort.postMessage('open');`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  assert.deepEqual(await once(worker, 'message'), ['open']);
  assert.ok(bpfDescriptors().size > before);
  emit(1);
  assert.deepEqual(await once(worker, 'message'), ['batch']);
  await worker.terminate();
  assert.equal(bpfDescriptors().size, before);
});
