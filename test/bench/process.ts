import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';

/** Resolves when the child has ended. @throws Error when it did not end with 0 */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) {
    throw new Error(`${child.spawnargs.join(' ')} ended with ${child.signalCode ?? child.exitCode}`);
  }
}

/** The processes that `pid` started, and those that they started, in that order. */
export function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return children.flatMap(child => [child, ...descendants(child)]);
}

/** The command that a process of Node runs: `tcpsource` for …/tcpsource/dist/bin.js. */
export function commandName(pid: number): string {
  const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  return /(\w+)\/dist\/bin\.js$/.exec(argv[1] ?? '')?.[1] ?? argv[0]!;
}

/**
 * Resident and proportional set size, and what of the former no file is behind, in bytes (proc(5), smaps_rollup). The kernel
 * takes pages of files back where memory is short, and reads them again.
 */
export function memoryOf(pid: number): { rss: number; pss: number; anonymous: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(text)![1]) * 1024;
  return { rss: bytes('Rss'), pss: bytes('Pss'), anonymous: bytes('Anonymous') };
}

/** How often all threads of a process have gone to sleep, and the CPU time they took, since they began. */
export function activityOf(pid: number): { sleeps: number; cpuNs: number } {
  const threads = readdirSync(`/proc/${pid}/task`).map(tid => `/proc/${pid}/task/${tid}`);
  const sleeps = threads.map(thread =>
    Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(readFileSync(`${thread}/status`, 'utf8'))![1]),
  );
  const cpuNs = threads.map(thread => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]));
  return { sleeps: sum(sleeps), cpuNs: sum(cpuNs) };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
