import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/** Runs a command with this body of its main function, its stdout in `file`: its exit code and what it said. */
function outcome(body: string, file = '/dev/null'): [code: number | null, said: string] {
  const imported = ['run', 'errors']
    .map(name => `import * as ${name} from ${JSON.stringify(new URL(`./${name}.js`, import.meta.url).href)};`)
    .join('\n');
  const command = `{ name: 'x', kind: 'source', summary: '', synopsis: '', examples: [], options: {} }`;
  const script = `${imported}\nawait run.run(${command}, async context => {${body}});`;
  const redirected = ['-c', `exec "$0" --input-type=module --eval "$1" > ${file}`, process.execPath, script];
  const { status, stderr } = spawnSync('sh', redirected, {
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
    // With it Node itself ends the process, once every thread has ended.
    env: { ...process.env, NODE_V8_COVERAGE: undefined },
  });
  return [status, stderr];
}

test('an error ends the inputs that are left, and is told when what they gave is written', () => {
  const body = `
    context.stop.addEventListener('abort', () => context.tally.notJson++);
    throw new errors.UnavailableError('no such thing');`;
  assert.deepEqual(outcome(body), [69, 'x: 1 line rejected (1 not a JSON object)\nx: no such thing\n']);
});

test('where the output fails after an error both are told, and the code is that of the first', () => {
  const body = "context.out.write('a'); throw new errors.UnavailableError('no such thing');";
  const full = 'x: stdout: no space left on device\n';
  assert.deepEqual(outcome(body, '/dev/full'), [69, `${full}x: no such thing\n`]);
});

test('an output that fails is told once', () => {
  const body = "context.out.write('a'); await context.out.drained();";
  assert.deepEqual(outcome(body, '/dev/full'), [74, 'x: stdout: no space left on device\n']);
});

test('a command ends though one of its threads never would', t => {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Opening a pipe that nobody writes to waits for ever, in a thread.
  const body = `
    const { open, readdirSync, readFileSync } = process.getBuiltinModule('node:fs');
    open(${JSON.stringify(fifo)}, 'r', () => {});
    const isOpening = thread => /^(257|56) /.test(readFileSync('/proc/self/task/' + thread + '/syscall', 'utf8')); // openat
    while (!readdirSync('/proc/self/task').some(isOpening)) await new Promise(resolve => setTimeout(resolve, 1));
    return 7;`;
  assert.deepEqual(outcome(body), [7, '']);
});
