import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, runCommand } from './lib/command.js';
import { eventually } from './lib/deadline.js';
import { temporaryDirectory } from './lib/pipeline.js';

const withoutScope = '{"type":"count","comm":"curl","connects":2,"from":1,"to":2}\n';
const withScope = '{"type":"count","comm":"wget","dns":{"scope":"process"},"connects":1,"from":1,"to":2}\n';
const lost = '{"type":"lost","ts":1,"tool":"tcpsource","count":1,"reason":"ring_full"}\n';
const header = 'type,comm,dns.scope,connects,from,to,other\n';

test('counts of a report have the same columns, however the pipe cuts it', async t => {
  const piped = new Command(t, 'tcpfmt', ['-F', 'csv'], { stdio: 'pipe' });
  piped.send(lost + withoutScope);
  await eventually(
    () => (piped.stderr.includes('lost 1 event') ? true : undefined),
    () => 'the first of it to be read',
  );
  piped.process.stdin!.end(withScope);
  const { code, stdout } = await piped.end();
  assert.equal(code, 0);
  assert.equal(stdout, `${header}count,curl,,2,1,2,\ncount,wget,process,1,1,2,\n`);
  assert.equal(stdout, runCommand('tcpfmt', ['-F', 'csv'], lost + withoutScope + withScope).stdout);
});

test('counts are shown although an input behind them fails', t => {
  const file = join(temporaryDirectory(t), 'counts');
  writeFileSync(file, withScope);
  const { code, stdout } = runCommand('tcpfmt', ['-F', 'csv', file, `${file}-missing`]);
  assert.deepEqual([code, stdout], [74, `${header}count,wget,process,1,1,2,\n`]);
});

test('counts of a writer who goes on are shown all the same', async t => {
  const piped = new Command(t, 'tcpfmt', ['-F', 'csv'], { stdio: 'pipe' });
  piped.send(withScope);
  await eventually(
    () => (piped.stdout === `${header}count,wget,process,1,1,2,\n` ? true : undefined),
    () => `the count; there is: ${piped.stdout}`,
  );
  piped.process.stdin!.end(withoutScope);
  assert.equal((await piped.end()).stdout.split('\n')[2], 'count,curl,,2,1,2,');
});

test('a recording is counted by its own time, however slowly it comes', async t => {
  const lines = [1, 2].map(ts => `{"type":"connect","ts":${ts},"comm":"curl"}\n`);
  const piped = new Command(t, 'tcpcount', ['-i', '60', '--by', 'comm'], { stdio: 'pipe' });
  piped.send(lost + lines[0]!);
  await eventually(
    () => piped.lines[0],
    () => 'the first of it to be read',
  );
  // Longer than an idle input is waited for.
  await new Promise(resolve => setTimeout(resolve, 2000));
  piped.process.stdin!.end(lines[1]);
  const { stdout } = await piped.end();
  assert.equal(stdout, `${lost}{"type":"count","comm":"curl","connects":2,"from":0,"to":60}\n`);
});

test('a window of a live input is reported when it is over, although nothing comes any more', async t => {
  const piped = new Command(t, 'tcpcount', ['-i', '1', '--by', 'comm'], { stdio: 'pipe' });
  piped.send(`{"type":"connect","ts":${Date.now() / 1000},"comm":"curl"}\n`);
  const report = await eventually(
    () => piped.lines[0],
    () => 'a report',
  );
  assert.match(report, /^\{"type":"count","comm":"curl","connects":1,/);
  piped.process.stdin!.end();
  assert.equal((await piped.end()).stdout, `${report}\n`);
});
