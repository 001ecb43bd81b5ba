import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Child } from './lib/child.js';
import type { Scope } from './lib/cleanup.js';
import { Command, type CommandName, programOf, runCommand } from './lib/command.js';
import { eventually, patienceMs, within } from './lib/deadline.js';
import { temporaryDirectory } from './lib/pipeline.js';

const rotations = 30;
const linesPerTurn = 50;
/** Further than that the writer does not go ahead: on one core the backlog would double from each rotation to the next. */
const maxAhead = 1 << 20;

/** Writes numbered lines as fast as it can, and from time to time into another file. */
class Writer {
  lines = 0;
  bytes = 0;
  private fd: number;

  constructor(readonly path: string) {
    this.fd = openSync(path, 'a');
  }

  write(lines: number): void {
    for (let i = 0; i < lines; i++, this.lines++) {
      const line = `{"type":"greeting","mono_us":${this.lines * 1000},"seq":${this.lines}}\n`;
      this.bytes += writeSync(this.fd, line);
    }
  }

  /** As logrotate and a service do it: the service goes on in the renamed file until it is told. */
  rename(to: string, creates: boolean): void {
    renameSync(this.path, to);
    this.write(linesPerTurn);
    if (creates) writeFileSync(this.path, '');
    this.write(linesPerTurn);
    this.close();
    this.fd = openSync(this.path, 'a');
  }

  close(): void {
    closeSync(this.fd);
  }
}

function seqsOf(command: Command): unknown[] {
  return command.records.map(({ seq }) => seq);
}

function numbersTo(end: number): number[] {
  return Array.from({ length: end }, (_, i) => i);
}

function follow(t: Scope, command: CommandName, ...args: string[]): Command {
  return new Command(t, command, [...args, '--follow']);
}

function written(command: Command, bytes: number): Promise<true> {
  return eventually(
    () => command.stdout.length >= bytes || undefined,
    () => `${bytes} bytes from ${command.name}, which wrote ${command.stdout.length}; ${command.stderr}`,
  );
}

for (const [command, ...args] of [['tcpjoin'], ['tcpfmt', '-F', 'json'], ['tcpcount']] as const) {
  test(`${command} --follow gives each line once while a busy log is renamed ${rotations} times`, async t => {
    const log = join(temporaryDirectory(t), 'log');
    const writer = new Writer(log);
    const filter = follow(t, command, ...args, log);
    const rotate = async () => {
      for (let i = 1; i <= rotations; i++) {
        // Only when the file that is there has been opened: what comes and goes unseen cannot be read.
        for (const before = writer.bytes; filter.stdout.length <= before; await nextTurn()) {
          assert.ok(!filter.hasEnded, filter.stderr);
          if (writer.bytes - filter.stdout.length < maxAhead) writer.write(linesPerTurn);
        }
        writer.rename(`${log}.${i}`, i % 2 === 0);
      }
      writer.write(linesPerTurn);
    };
    await within(rotate(), () => `${rotations} rotations; ${filter.stderr}`, 3 * patienceMs);
    writer.close();
    const { code, stderr } = await filter.stop('SIGINT');
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(seqsOf(filter), numbersTo(writer.lines));
    t.diagnostic(`${writer.lines} lines`);
  });
}

for (const [options, exitCode] of [
  [[], 0],
  [['--strict'], 1],
] as const)
  test(`each line is given once while a log is copied and truncated, when its writer pauses meanwhile${exitCode ? ', and --strict fails' : ''}`, async t => {
    const log = join(temporaryDirectory(t), 'log');
    const writer = new Writer(log);
    const filter = follow(t, 'tcpfmt', ...options, '-F', 'json', log);
    for (let i = 0; i < rotations; i++) {
      writer.write(1000);
      await written(filter, writer.bytes);
      truncateSync(log);
    }
    writer.write(1000);
    writer.close();
    const { code, stderr } = await filter.stop();
    assert.equal(code, exitCode);
    assert.equal(
      stderr,
      `tcpfmt: ${log}: was truncated; what was written to it just before may be missing\n`,
    );
    assert.deepEqual(seqsOf(filter), numbersTo(writer.lines));
  });

test('a followed log that has no room gives each line once, although the beginning of the next is taken back again and again', async t => {
  const log = join(temporaryDirectory(t), 'log');
  const limit = 40_000;
  const program = [process.execPath, programOf('tcpfmt'), '-F', 'json', '-o', log, '--on-full=drop'] as const;
  const writer = new Child(t, 'tcpfmt', ['prlimit', `--fsize=${limit}`, ...program], { stdio: 'pipe' });
  const lines = 4000;
  const lineOf = (seq: number) => `{"type":"greeting","seq":${seq},"text":"${'x'.repeat(37)}"}\n`;
  const filter = follow(t, 'tcpfmt', '-F', 'json', log);
  writer.send(lineOf(0));
  await written(filter, lineOf(0).length);
  for (let seq = 1; seq < lines; seq++) {
    writer.send(lineOf(seq));
    // One by one, so that each is written by itself.
    await nextTurn();
  }
  writer.process.stdin!.end();
  const { code, stderr } = await writer.end();
  const kept = readFileSync(log, 'utf8').split('\n').length - 1;
  assert.deepEqual([code, stderr.includes(`${lines - kept} lines dropped`)], [0, true], stderr);
  assert.ok(kept > 300 && kept < 800, `${kept} lines`);
  const ended = await filter.stop();
  const waiting = `tcpfmt: ${log}: no such file yet, waiting for it\n`;
  assert.deepEqual([ended.code, ended.stderr.replace(waiting, ''), seqsOf(filter)], [0, '', numbersTo(kept)]);
});

test('tcpcount --follow reads its files side by side, and counts with one key what is in several', async t => {
  const directory = temporaryDirectory(t);
  const logs = ['a', 'b'].map(name => join(directory, name));
  const connect = '{"type":"connect","saddr":"192.0.2.1","daddr":"192.0.2.2","dport":443}\n';
  const other = '{"type":"connect","saddr":"192.0.2.1","daddr":"192.0.2.3","dport":443}\n';
  const mark = '{"type":"greeting"}\n';
  writeFileSync(logs[0]!, `${connect}${other}${mark}`);
  writeFileSync(logs[1]!, `${other}${mark}`);
  const count = follow(t, 'tcpcount', ...logs);
  await written(count, 2 * mark.length);
  for (let i = 3; i <= 12; i++) {
    appendFileSync(logs[i % 2]!, `${other}${connect}${other}${mark}`);
    await written(count, i * mark.length);
  }
  const { code, stderr, stdout } = await count.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
  const counts = stdout.replaceAll(mark, '');
  assert.deepEqual(
    counts
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .map(({ daddr, connects }) => [daddr, connects]),
    [
      ['192.0.2.3', 22],
      ['192.0.2.2', 11],
    ],
  );
});

test('many logs are followed without a warning of Node itself', async t => {
  const directory = temporaryDirectory(t);
  const logs = Array.from({ length: 16 }, (_, i) => join(directory, `${i}.ndjson`));
  for (const log of logs) writeFileSync(log, '{"type":"greeting"}\n');
  const command = new Command(t, 'tcpjoin', ['--follow', ...logs]);
  await eventually(
    () => command.lines.length === logs.length || undefined,
    () => `a line of each log; stderr: ${command.stderr}`,
  );
  const { code, stderr } = await command.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
});

test('tcpcount --follow closes the window of a log that is silent by the wall clock', async t => {
  const log = join(temporaryDirectory(t), 'log');
  writeFileSync(log, `{"type":"connect","ts":${Date.now() / 1000},"daddr":"192.0.2.1"}\n`);
  const count = follow(t, 'tcpcount', '-i', '0.5', log);
  const { connects } = await count.until(({ type }) => type === 'count', 'a count');
  assert.equal(connects, 1);
  assert.equal((await count.stop('SIGINT')).stdout.split('\n').length, 2);
});

test('tcpjoin --follow merges what is there in two logs, then joins what comes', async t => {
  const directory = temporaryDirectory(t);
  const [dns, tcp] = ['dns', 'tcp'].map(name => join(directory, name)) as [string, string];
  const owner = '"pid":40,"pid_start_us":5000000,"netns":1';
  const answer = (second: number) =>
    `{"type":"dns","mono_us":${second}000000,${owner},"qname":"${second}.example","answers":[{"name":"${second}.example","type":"A","ttl":60,"data":"192.0.2.7"}]}\n`;
  const connect = (second: number) =>
    `{"type":"connect","mono_us":${second}500000,${owner},"daddr":"192.0.2.7","dport":443}\n`;
  const seconds = numbersTo(2000).map(i => 10 + i);
  writeFileSync(tcp, seconds.map(connect).join(''));
  writeFileSync(dns, seconds.map(answer).join(''));
  const filter = follow(t, 'tcpjoin', `--dns=${dns}`, tcp);
  await eventually(
    () => filter.lines.length === seconds.length || undefined,
    () => `${seconds.length} lines; ${filter.lines.length} so far; ${filter.stderr}`,
  );
  appendFileSync(dns, answer(3000));
  appendFileSync(tcp, connect(3000));
  await filter.until(({ query }) => query === '3000.example', 'the last connect');
  const { code, stderr } = await filter.stop('SIGINT');
  assert.deepEqual([code, stderr], [0, '']);
  assert.deepEqual(
    filter.records.map(({ query }) => query),
    [...seconds, 3000].map(second => `${second}.example`),
  );
});

test('a pipe beside a followed log is read on to its end after Ctrl-C', async t => {
  const log = join(temporaryDirectory(t), 'log');
  writeFileSync(log, '{"a":1}\n');
  const filter = new Command(t, 'tcpfmt', ['-F', 'json', '--follow', log, '-'], { stdio: 'pipe' });
  await written(filter, 8);
  filter.process.kill('SIGINT');
  filter.send('{"b":1}\n');
  await written(filter, 16);
  filter.process.stdin!.end('{"b":2}\n');
  assert.deepEqual(await filter.end(), { code: 0, stdout: '{"a":1}\n{"b":1}\n{"b":2}\n', stderr: '' });
});

test('--follow of what cannot be reached is an input error', t => {
  const loop = join(temporaryDirectory(t), 'loop');
  symlinkSync(loop, loop);
  for (const args of [
    ['--follow', loop],
    [`--dns=${loop}`, '--follow', '/dev/null'],
  ]) {
    const { code, stderr } = runCommand('tcpjoin', args);
    assert.deepEqual([code, stderr], [74, `tcpjoin: ${loop}: too many levels of symbolic links\n`]);
  }
});

test('--follow without a file, or of the output, is a usage error', t => {
  const log = join(temporaryDirectory(t), 'log');
  const none = runCommand('tcpcount', ['--follow']);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /--follow wants a FILE: a pipe is read to its end without it/);
  const own = runCommand('tcpfmt', ['--follow', log, '-o', log]);
  assert.equal(own.code, 2);
  assert.match(own.stderr, /is both input and output/);
  assert.match(runCommand('tcpfmt', ['--follow', join(log, 'none')]).stderr, /not a directory|no such file/);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} has all read that is in a followed log, the last line without its newline too`, async t => {
    const log = join(temporaryDirectory(t), 'log');
    const count = 200_000;
    writeFileSync(
      log,
      numbersTo(count)
        .map(seq => `{"type":"greeting","seq":${seq}}`)
        .join('\n'),
    );
    const filter = follow(t, 'tcpfmt', '--strict', '-F', 'json', log);
    await written(filter, 1);
    const { code, stderr } = await filter.stop(signal);
    assert.deepEqual([code, stderr], [0, '']);
    assert.deepEqual(seqsOf(filter), numbersTo(count));
  });
}

test('half a line at the end of a followed log is counted', async t => {
  const log = join(temporaryDirectory(t), 'log');
  writeFileSync(log, '{"a":1}\n{"a":');
  const filter = follow(t, 'tcpfmt', '--strict', '-F', 'json', log);
  await written(filter, 8);
  const { code, stderr, stdout } = await filter.stop('SIGINT');
  assert.deepEqual([code, stdout], [1, '{"a":1}\n']);
  assert.equal(stderr, 'tcpfmt: 1 line rejected (1 cut off at the end of input)\n');
});
