import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Command, type CommandName, filters, runCommand } from './lib/command.js';
import { eventually } from './lib/deadline.js';
import { greeting, invocations, sample } from './lib/filters.js';
import { Pipeline, temporaryDirectory } from './lib/pipeline.js';
import { listeners, signalHeard, signalTaken, stalled } from './lib/process-state.js';

/** Starts a filter, waits until it works, and sends it a signal; gives it when that has been delivered. */
async function signalled(
  t: TestContext,
  filter: CommandName,
  args: string[],
  signal: NodeJS.Signals,
): Promise<Command> {
  const command = new Command(t, filter, args, { stdio: 'pipe' });
  command.send(greeting);
  await eventually(
    () => (command.stdout.includes('greeting') ? true : undefined),
    () => `the greeting from ${command.name}; stderr: ${command.stderr}`,
  );
  command.process.kill(signal);
  await signalTaken(command.pid, signal);
  return command;
}

for (const filter of filters) {
  describe(filter, () => {
    const line = invocations[filter];
    const args = line.split(' ').slice(1);
    /** So that the greeting is in what is written. */
    const showing = filter === 'tcpfmt' ? [...args, '-f', 'type'] : args;

    // tcpcount writes at the end only.
    if (filter !== 'tcpcount')
      test('SIGTERM with output queued to a slow reader ends with whole records', async t => {
        const cwd = temporaryDirectory(t);
        // The reader begins only when the filter has been told to end.
        const slow = "sh -c 'until [ -e begin ]; do sleep 0.05; done; exec cat > out'";
        const endless = `sh -c 'trap "" PIPE; while grep -v answers ${sample} 2> /dev/null; do :; done'`;
        const stage = `sh -c 'echo $$ > filter; exec ${line}'`;
        const pipeline = new Pipeline(t, `${endless} | ${stage} | ${slow}`, { cwd });
        const pid = await eventually(
          () =>
            existsSync(join(cwd, 'filter'))
              ? Number(readFileSync(join(cwd, 'filter'), 'utf8')) || undefined
              : undefined,
          () => 'the filter',
        );
        await stalled(pid);
        process.kill(pid, 'SIGTERM');
        writeFileSync(join(cwd, 'begin'), '');
        const { codes, stderr } = await pipeline.finish();
        assert.deepEqual([codes[1], stderr], [0, '']);
        const out = readFileSync(join(cwd, 'out'), 'utf8');
        assert.ok(out.endsWith('\n'));
        assert.ok(out.length > 65_536, `${out.length} bytes`);
        const known = new Set(runCommand(filter, args, readFileSync(sample, 'utf8')).stdout.split('\n'));
        if (filter === 'tcpfmt')
          assert.deepEqual(
            out.split('\n').filter(text => !known.has(text)),
            [],
          );
      });

    test('after Ctrl-C it reads on to the end of input; a second one ends it at once with 130', async t => {
      const first = await signalled(t, filter, showing, 'SIGINT');
      const input = readFileSync(sample, 'utf8');
      first.process.stdin!.end(input);
      const { code, stdout } = await first.end();
      assert.equal(code, 0);
      assert.equal(stdout, runCommand(filter, showing, greeting + input).stdout);

      const second = await signalled(t, filter, showing, 'SIGINT');
      const { code: killed, stderr } = await second.stop('SIGINT');
      assert.deepEqual([killed, stderr], [130, '']);
    });

    test('SIGUSR1 opens no debugger', async t => {
      const command = await signalled(t, filter, showing, 'SIGUSR1');
      // Read after the signal: a debugger would have said by then where it listens.
      command.send(greeting);
      await eventually(
        () => (command.stdout.split('greeting').length > 2 ? true : undefined),
        () => `the second greeting from ${command.name}`,
      );
      command.process.stdin!.end();
      const { code, stderr } = await command.end();
      assert.deepEqual([code, stderr], [0, '']);
    });

    test('a debugger that SIGUSR1 opened before it had begun is shut', async t => {
      const command = new Command(t, filter, args, { stdio: 'pipe' });
      // Node's own handler, which is there long before any of ours.
      await signalHeard(command.pid, 'SIGUSR1');
      command.process.kill('SIGUSR1');
      command.send(greeting);
      await eventually(
        () => (command.stdout.includes('\n') ? true : undefined),
        () => `the greeting from ${command.name}`,
      );
      assert.equal(listeners(command.pid), 0);
      command.process.stdin!.end();
      assert.equal((await command.end()).code, 0);
    });
  });
}

test('SIGTERM with 10 MB queued to a reader that stands still loses none of it; a second one ends at once', async t => {
  const keys = 60_000;
  const record = (i: number) => `{"type":"connect","comm":"${`${i}`.padEnd(150, 'x')}"}\n`;
  const input = join(temporaryDirectory(t), 'input');
  writeFileSync(input, Array.from({ length: keys }, (_, i) => record(i)).join(''));
  const args = ['--by', 'comm', '--max-keys', `${keys}`, input];
  const whole = runCommand('tcpcount', args).stdout;
  assert.ok(whole.length > 10_000_000, `${whole.length} bytes`);

  const standing = async () => {
    const command = new Command(t, 'tcpcount', args);
    command.process.stdout!.pause();
    await stalled(command.pid);
    return command;
  };
  const first = await standing();
  first.process.kill('SIGTERM');
  first.process.stdout!.resume();
  const { code, stdout } = await first.end();
  assert.equal(code, 0);
  assert.ok(stdout === whole, `${stdout.length} of ${whole.length} bytes`);

  const second = await standing();
  second.process.kill('SIGTERM');
  await signalTaken(second.pid, 'SIGTERM');
  assert.equal((await second.stop('SIGTERM')).code, 143);
});

test('a slow reader gets what was made before an error, which is told last; a second signal ends the wait', async t => {
  const cwd = temporaryDirectory(t);
  const lines = Array.from(
    { length: 5000 },
    (_, i) => `{"type":"greeting","seq":${i},"text":"${'x'.repeat(40)}"}\n`,
  );
  writeFileSync(join(cwd, 'input'), `no JSON\n${lines.join('')}`);
  const standing = async () => {
    const command = new Command(t, 'tcpfmt', ['-F', 'json', 'input', 'missing'], { cwd });
    command.process.stdout!.pause();
    await stalled(command.pid);
    return command;
  };
  const first = await standing();
  first.process.stdout!.resume();
  const { code, stdout, stderr } = await first.end();
  assert.ok(stdout === lines.join(''), `${stdout.length} of ${lines.join('').length} bytes`);
  assert.equal(
    stderr,
    'tcpfmt: 1 line rejected (1 not a JSON object)\ntcpfmt: missing: no such file or directory\n',
  );
  assert.equal(code, 74);

  const second = await standing();
  second.process.kill('SIGTERM');
  await signalTaken(second.pid, 'SIGTERM');
  assert.equal((await second.stop('SIGTERM')).code, 143);
});

test('SIGTERM after Ctrl-C stops a filter, which reports what it has read; another one ends it at once', async t => {
  const filter = await signalled(t, 'tcpcount', [], 'SIGINT');
  filter.send('{"type":"connect","saddr":"192.0.2.1","daddr":"192.0.2.2","dport":443}\n');
  const { code, stdout } = await filter.stop('SIGTERM');
  assert.equal(code, 0);
  assert.match(stdout, /"type":"count"/);
});
