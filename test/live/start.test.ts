import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bccCommands, startBcc } from '../lib/bcc.js';
import { sources, startSource } from '../lib/command.js';

/** Seconds of processor time that a process has used: what it would have waited for on an idle machine. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100; // utime and stime, proc(5), in hundredths
}

/** The same of a Node that does nothing, here and now: the median of five. */
function bareSeconds(): number {
  const script = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1e6)';
  const runs = Array.from({ length: 5 }, () => Number(execFileSync(process.execPath, ['-e', script])));
  return runs.sort((a, b) => a - b)[2]!;
}

/** 0.6 s, on a quiet machine on which Node takes 43 ms. */
const mostStarts = 14;

test('the first line takes at most so many starts of Node', async t => {
  const bare = bareSeconds();
  for (const args of [[], ['-d']]) {
    const tracer = await startBcc(t, 'tcpconnect', args);
    const seconds = processorSeconds(tracer.pid);
    assert.ok(seconds <= mostStarts * bare, `${seconds} s, Node ${bare} s`);
    await tracer.stop('SIGINT');
  }
});

test('what traces goes by its name, as pkill looks for it', async t => {
  const tracers = [
    ...sources.map(name => ({ name, start: () => startSource(t, name, []) })),
    ...bccCommands.map(name => ({ name, start: () => startBcc(t, name, []) })),
  ];
  for (const { name, start } of tracers) {
    const tracer = await start();
    assert.equal(readFileSync(`/proc/${tracer.pid}/comm`, 'utf8'), `${name}\n`);
    await tracer.stop('SIGINT');
  }
});
