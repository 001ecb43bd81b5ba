import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, programOf } from './lib/command.js';
import { eventually, within } from './lib/deadline.js';
import { sample } from './lib/filters.js';
import { linesOf } from './lib/log.js';
import { temporaryDirectory } from './lib/pipeline.js';

function exists(file: string): Promise<boolean> {
  return eventually(
    () => existsSync(file) || undefined,
    () => file,
  );
}

test('1,000 renames and SIGHUPs at 10,000 records a second lose, double and split no line', {
  timeout: 120_000,
}, async t => {
  const log = join(temporaryDirectory(t), 'log');
  const filter = new Command(t, 'tcpjoin', ['-o', log], { stdio: 'pipe' });
  const started = performance.now();
  let [sent, renamed] = [0, 0];
  await exists(log);
  const reopenings = async () => {
    while (renamed < 1000) {
      for (const due = (performance.now() - started) * 10; sent < due; sent++)
        filter.send(`{"type":"lost","mono_us":${sent * 100},"seq":${sent}}\n`);
      if (existsSync(log)) {
        renameSync(log, `${log}.${++renamed}`);
        filter.process.kill('SIGHUP');
      }
      await new Promise(resolve => setTimeout(resolve, 1));
    }
  };
  await within(reopenings(), () => `1,000 reopened files; ${renamed} so far`, 100_000);
  await exists(log);
  filter.process.stdin!.end();
  const { code, stderr } = await filter.end();
  assert.deepEqual([code, stderr], [0, '']);
  const files = [...Array.from({ length: renamed }, (_, i) => `${log}.${i + 1}`), log];
  const seqs = linesOf(...files).map(line => JSON.parse(line).seq);
  assert.deepEqual(
    seqs,
    Array.from({ length: sent }, (_, i) => i),
  );
  assert.deepEqual(readdirSync(join(log, '..')).length, 1001);
  t.diagnostic(`${sent} records in ${Math.round(performance.now() - started)} ms`);
});

test('SIGHUP without --output ends a command as SIGTERM does', async t => {
  const filter = new Command(t, 'tcpjoin', [], { stdio: 'pipe' });
  filter.send('{"type":"greeting"}\n');
  await filter.until(() => true, 'the greeting');
  assert.deepEqual(await filter.stop('SIGHUP'), { code: 0, stdout: '{"type":"greeting"}\n', stderr: '' });
});

test('where the file cannot be reopened that is said, and the old one goes on', async t => {
  const log = join(temporaryDirectory(t), 'log');
  const filter = new Command(t, 'tcpjoin', ['-o', log], { stdio: 'pipe' });
  filter.send('{"type":"before"}\n');
  const holds = (word: string) =>
    eventually(
      () =>
        (existsSync(`${log}.1`) ? readFileSync(`${log}.1`, 'utf8') : readFileSync(log, 'utf8')).includes(
          word,
        ) || undefined,
      () => `${word} in the log`,
    );
  await exists(log);
  await holds('before');
  renameSync(log, `${log}.1`);
  spawnSync('mkdir', [log]);
  filter.process.kill('SIGHUP');
  await eventually(
    () => filter.stderr.includes('\n') || undefined,
    () => 'a message',
  );
  assert.equal(
    filter.stderr,
    `tcpjoin: ${log}: is a directory; going on in the file that was open, until the next SIGHUP\n`,
  );
  filter.send('{"type":"after"}\n');
  await holds('after');
  filter.process.stdin!.end();
  assert.equal((await filter.end()).code, 0);
});

/** Runs tcpjoin on the sample where files may have 5,000 bytes, with a log that is given. */
function limited(log: string, ...options: string[]) {
  const argv = [
    '--fsize=5000',
    process.execPath,
    programOf('tcpjoin'),
    '--pass-dns',
    '-o',
    log,
    ...options,
    sample,
  ];
  const { status, stderr } = spawnSync('prlimit', argv, { encoding: 'utf8' });
  return { status, stderr, log: readFileSync(log, 'utf8') };
}

test('where there is no room for all lines, whole ones are in the file and the end is 74', t => {
  const log = join(temporaryDirectory(t), 'log');
  const whole = spawnSync(process.execPath, [programOf('tcpjoin'), '--pass-dns', sample], {
    encoding: 'utf8',
  });
  const cut = limited(log);
  assert.deepEqual([cut.status, cut.stderr], [74, `tcpjoin: ${log}: file too large\n`]);
  assert.ok(cut.log.length > 4000 && cut.log.endsWith('\n') && whole.stdout.startsWith(cut.log));

  writeFileSync(log, '');
  const dropping = limited(log, '--on-full=drop');
  const lines = new Set(whole.stdout.split('\n'));
  const written = dropping.log.split('\n');
  assert.ok(dropping.log.startsWith(cut.log) && written.every(line => lines.has(line)));
  const dropped = whole.stdout.split('\n').length - written.length;
  assert.equal(
    dropping.stderr,
    `tcpjoin: ${log}: file too large; lines are dropped until there is room\n` +
      `tcpjoin: ${dropped} lines dropped: no room in ${log}\n`,
  );
  assert.equal(dropping.status, 0);
  assert.equal(limited(log, '--on-full', 'drop', '--strict').status, 1);
});

test('--on-full=drop is for files', () => {
  const { status, stderr } = spawnSync(process.execPath, [programOf('tcpjoin'), '--on-full=drop', sample], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr, /--on-full=drop wants --output/);
});
