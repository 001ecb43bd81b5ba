import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, read, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Command, filters, programOf, runCommand } from './lib/command.js';
import { greeting, invocations, sample } from './lib/filters.js';
import { run } from './lib/namespaces.js';
import { Pipeline, temporaryDirectory } from './lib/pipeline.js';
import { stalled } from './lib/process-state.js';

test('two writers to one slow pipe tear no line', async t => {
  const cwd = temporaryDirectory(t);
  const input = join(cwd, 'input');
  const times = 300;
  writeFileSync(input, readFileSync(sample, 'utf8').repeat(times));
  const writer = `tcpjoin --pass-dns ${input}`;
  const slow = "python3 -c 'import os\nwhile d := os.read(0, 5000): os.write(1, d)'";
  const { codes, stdout } = await new Pipeline(t, `{ ${writer} & ${writer}; wait; } | ${slow}`).finish();
  assert.deepEqual(codes, [0, 0]);
  const one = runCommand('tcpjoin', ['--pass-dns', input]).stdout.split('\n').toSorted();
  assert.deepEqual(stdout.split('\n').toSorted(), [...one, ...one].toSorted().slice(1));
});

test('a reader of messages that stands still is waited for', async t => {
  const times = 2000;
  const input = join(temporaryDirectory(t), 'input');
  const record = { type: 'lost', tool: 'tcpsource', count: 3, reason: 'x'.repeat(1000) };
  writeFileSync(input, `${JSON.stringify(record)}\n`.repeat(times));
  const command = new Command(t, 'tcpfmt', [input]);
  command.process.stderr!.pause();
  await stalled(command.pid);
  command.process.stderr!.resume();
  const { code, stderr } = await command.end();
  assert.equal(code, 0);
  assert.equal(stderr.split('\n').length - 1, times);
});

test('messages are heard again when a pipe has got another reader', async t => {
  const path = join(temporaryDirectory(t), 'messages');
  run('mkfifo', path);
  const open = (flags: number) => openSync(path, flags | constants.O_NONBLOCK);
  const reader = open(constants.O_RDONLY);
  const writer = open(constants.O_WRONLY);
  const command = new Command(t, 'tcpfmt', ['-F', 'json'], { stdio: ['pipe', 'pipe', writer] });
  closeSync(writer);
  /** Has it say something; a record that follows tells when it has. */
  const say = async (seq: number) => {
    command.process.stdin!.write(
      `{"type":"lost","tool":"x","count":${seq},"reason":"y"}\n{"type":"connect","seq":${seq}}\n`,
    );
    await command.until(record => record.seq === seq, 'the record behind a message');
  };
  const message = Buffer.alloc(4096);
  await say(1);
  readSync(reader, message); // or it would wait for the other one
  closeSync(reader);
  await say(2);
  const another = open(constants.O_RDONLY);
  t.after(() => closeSync(another));
  await say(3);
  assert.equal(message.toString('utf8', 0, readSync(another, message)), 'tcpfmt: x lost 3 events (y)\n');
  command.process.stdin!.end();
  assert.equal((await command.end()).code, 0);
});

test('a pipe that stdout only reads from is written to by nobody', t => {
  const path = join(temporaryDirectory(t), 'read');
  run('mkfifo', path);
  for (const filter of filters) {
    const line = `exec "$0" ${programOf(filter)} "$1" 3<>"$2" 1<"$2"`;
    const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, sample, path], {
      encoding: 'utf8',
    });
    assert.equal(status, 74);
    assert.match(stderr, /: stdout: EBADF$/m);
  }
});

test('a pipe that others write to blocks for them while a command runs, and after it', async t => {
  for (const filter of filters) {
    const path = join(temporaryDirectory(t), 'shared');
    run('mkfifo', path);
    const fd = openSync(path, constants.O_RDWR);
    t.after(() => closeSync(fd));
    const isNonblocking = () => {
      const [, flags] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))!;
      return (Number.parseInt(flags!, 8) & constants.O_NONBLOCK) !== 0;
    };
    const [, ...args] = invocations[filter].split(' ');
    const command = new Command(t, filter, args, { stdio: ['pipe', fd, fd] });
    command.process.stdin!.write(greeting);
    const { buffer, bytesRead } = await promisify(read)(fd, Buffer.alloc(4096), 0, 4096, null);
    const written = buffer.toString('utf8', 0, bytesRead);
    assert.match(written, filter === 'tcpfmt' ? /^SEQ +COMM/ : /^\{"type":"greeting"/);
    assert.equal(isNonblocking(), false, filter);
    command.process.stdin!.end('junk\n');
    assert.equal((await command.end()).code, 0);
    assert.equal(isNonblocking(), false, filter);
  }
});
