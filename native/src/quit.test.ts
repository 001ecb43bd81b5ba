import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const module = JSON.stringify(new URL('./quit.js', import.meta.url).href);
const patienceMs = 20_000;
const devNull = openSync('/dev/null', 'w');

/** A folder with a pipe in it, which goes with the test. */
function folderWithFifo(t: TestContext): { folder: string; fifo: string } {
  const folder = mkdtempSync(join(tmpdir(), 'quit-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  return { folder, fifo };
}

/** Runs a body that has `quit`, with `stdout` as its standard output: its exit code and stderr. */
function outcome(body: string, stdout = devNull, nodeOptions: string[] = []) {
  const script = `import { prepareQuit } from ${module}; const quit = prepareQuit();\n${body}`;
  const node = [process.execPath, ...nodeOptions, '--input-type=module', '--eval', script];
  // Node makes the first three descriptors of a child blocking, and leaves the fourth as it is.
  const { status, stderr } = spawnSync('sh', ['-c', 'exec "$0" "$@" >&3', ...node], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', stdout],
    timeout: patienceMs,
    killSignal: 'SIGKILL',
  });
  return { status, stderr };
}

test('a process ends though one of its threads never would', t => {
  const { fifo } = folderWithFifo(t);
  // Opening a pipe that nobody writes to waits for ever, in a thread.
  const body = `
    const { open, readdirSync, readFileSync } = await import('node:fs');
    open(${JSON.stringify(fifo)}, 'r', () => {});
    const isOpening = thread => /^(257|56) /.test(readFileSync('/proc/self/task/' + thread + '/syscall', 'utf8')); // openat
    while (!readdirSync('/proc/self/task').some(isOpening)) await new Promise(resolve => setTimeout(resolve, 1));
    quit(3);`;
  assert.deepEqual(outcome(body), { status: 3, stderr: '' });
});

test('who listens for the end hears of it, with the exit code', () => {
  const body =
    "process.on('exit', code => console.error(code, process.exitCode)); quit(4); console.error('on');";
  assert.deepEqual(outcome(body), { status: 4, stderr: '4 4\n' });
});

test('a pipe blocks or not as it did before, for whoever else has it', t => {
  const { fifo } = folderWithFifo(t);
  for (const flag of [0, constants.O_NONBLOCK]) {
    const fd = openSync(fifo, constants.O_RDWR | flag);
    t.after(() => closeSync(fd));
    const isNonblocking = () => {
      const [, flags] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))!;
      return Number.parseInt(flags!, 8) & constants.O_NONBLOCK;
    };
    assert.equal(isNonblocking(), flag);
    const body = `
      const { readFileSync } = await import('node:fs');
      process.stdout;
      console.error(/flags:\\s+(\\d+)/.exec(readFileSync('/proc/self/fdinfo/1', 'utf8'))[1]);
      quit(0);`;
    const { status, stderr } = outcome(body, fd);
    assert.equal(status, 0);
    assert.ok(Number.parseInt(stderr, 8) & constants.O_NONBLOCK, 'Node does not make the pipe nonblocking');
    assert.equal(isNonblocking(), flag);
  }
});

test('a profile that Node was told of is written', t => {
  const { folder } = folderWithFifo(t);
  const { status } = outcome('quit(5)', devNull, ['--cpu-prof', `--cpu-prof-dir=${folder}/profiles`]);
  assert.equal(status, 5);
  assert.equal(readdirSync(`${folder}/profiles`).length, 1);
});
