import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { watchReader, widenPipe } from './pipe.js';

/** Below fs.pipe-max-size, which is 1 MiB unless somebody has changed it. */
const bytes = 512 * 1024;

/** An open pipe that goes with the test. */
function openPipe(t: TestContext): number {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  return fd;
}

test('a wider pipe takes that much at once, and is not made narrower again', t => {
  const fd = openPipe(t);
  assert.equal(widenPipe(fd, bytes), bytes);
  assert.equal(widenPipe(fd, 4096), bytes);
  assert.equal(writeSync(fd, Buffer.alloc(bytes)), bytes);
});

test('a pipe that cannot be as wide stays as it is', t => {
  const fd = openPipe(t);
  const before = widenPipe(fd, 1);
  assert.ok(before > 0);
  assert.equal(widenPipe(fd, 0xffff_ffff), before);
});

test('what is no pipe has no room', () => {
  const fd = openSync('/dev/null', 'w');
  assert.equal(widenPipe(fd, bytes), 0);
  closeSync(fd);
});

test('the reader of a pipe is missed as soon as it has gone, and not before', {
  timeout: 20_000,
}, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const fd = openSync(path, 'w');
  t.after(() => closeSync(fd));
  let gone = false;
  const missed = new Promise<void>(resolve => {
    watchReader(fd, () => {
      gone = true;
      resolve();
    });
  });
  writeSync(fd, 'x');
  await once(reader.stdout, 'data');
  assert.equal(gone, false);
  reader.kill();
  const alive = setInterval(() => {}, 1000); // the watch itself does not keep the loop alive
  await missed;
  clearInterval(alive);
});

test('a reader that goes while the process ends is no longer told of', t => {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const script = `
    import { closeSync, constants, openSync } from 'node:fs';
    import { Socket } from 'node:net';
    import { watchReader } from ${JSON.stringify(new URL('./pipe.js', import.meta.url).href)};
    const reader = openSync(${JSON.stringify(path)}, constants.O_RDONLY | constants.O_NONBLOCK);
    const fd = openSync(${JSON.stringify(path)}, 'w');
    new Socket({ fd, readable: false, writable: true }); // has to be closed at the end, so that the loop runs once more
    watchReader(fd, () => console.log('gone'));
    closeSync(reader);
  `;
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', script],
    {
      encoding: 'utf8',
    },
  );
  assert.deepEqual([status, signal, stdout, stderr], [0, null, '', '']);
});

test('the reader of a socket is missed when it has gone, not when it only stops sending', {
  timeout: 20_000,
}, async t => {
  // What comes from stdin is answered only after the turn of the loop in which it came.
  const script = `
    import { watchReader } from ${JSON.stringify(new URL('./pipe.js', import.meta.url).href)};
    const say = text => process.stderr.write(text);
    watchReader(1, () => process.stderr.write('gone', () => process.exit()));
    process.stdin.on('data', () => setImmediate(say, 'still '));
    say('watching ');
  `;
  const server = createServer({ allowHalfOpen: true });
  t.after(() => server.close());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection');
  const writer = connect({ port, host: '127.0.0.1' });
  const [reader] = (await accepted) as [Socket];
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', writer, 'pipe'],
  });
  writer.destroy();
  let said = '';
  child.stderr!.setEncoding('utf8').on('data', text => {
    said += text;
  });
  await once(child.stderr!, 'data');
  // On loopback the end is there before the call returns, so that the child sees it no later than what follows.
  reader.end();
  await once(reader, 'finish');
  child.stdin!.write('x');
  await once(child.stderr!, 'data');
  assert.equal(said, 'watching still ');
  reader.resetAndDestroy();
  await once(child, 'exit');
  assert.equal(said, 'watching still gone');
});
