import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../../lib/deadline.js';
import { descendants, memoryOf, sum } from '../process.js';
import { closedPort } from '../workload.js';
import { type ToolName, tools } from './peer-tracer.js';

/** How a tool begins. */
export interface Start {
  /** Milliseconds from its start to the first row of a connect. */
  firstRowMs: number;
  /** Resident bytes of its processes then. */
  rss: number;
}

/** Starts a tool on a terminal of its own, as tools that write into a file keep their first rows back. */
export async function firstRow(name: ToolName): Promise<Start> {
  const started = performance.now();
  const terminal = spawn('script', ['--quiet', '--command', tools[name].join(' '), '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  terminal.stdout.on('data', chunk => {
    text += chunk;
  });
  const row = new RegExp(`\\b${process.pid} .* ${closedPort}\\b`);
  await eventually(
    () => {
      connect(closedPort, '127.0.0.1').on('error', () => {}); // refused, as it should be
      return row.test(text) || undefined;
    },
    () => `a row from ${name}; it wrote: ${text}`,
  );
  const firstRowMs = performance.now() - started;
  const pids = descendants(terminal.pid!);
  const rss = sum(pids.map(pid => memoryOf(pid).rss));
  for (const pid of pids) process.kill(pid, 'SIGINT');
  if (terminal.exitCode === null) await once(terminal, 'exit');
  return { firstRowMs, rss };
}
