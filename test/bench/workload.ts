import { execFileSync, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { root } from '../lib/command.js';
import { ended } from './process.js';

/** What a workload in C says of itself. */
export interface Work {
  pid: number;
  count: number;
  wall_ns: number;
  cpu_ns: number;
}

/** Of connects as many as there was time for. */
export interface Flood extends Work {
  slowest_ns: number;
  /** How often the process went to sleep, rather than being made to wait for a CPU. */
  sleeps: number;
}

/** Below the ports that connects get by themselves (net.ipv4.ip_local_port_range), where a connect could meet itself. */
export const closedPort = 21_000 + (process.pid % 10_000);

/** Compiles test/bench/NAME.c and gives the path of the program. */
export function compiled(name: 'storm' | 'exchange' | 'measure', directory: string): string {
  const path = `${directory}/${name}`;
  execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', path, `${root}/test/bench/${name}.c`]);
  return path;
}

/** Connects to `closedPort` for so many seconds. `storm`: path of the program. @throws Error as `work` */
export async function flood(storm: string, seconds: number): Promise<Flood> {
  return (await work(storm, 'flood', closedPort, seconds)) as Flood;
}

/** Runs a workload to its end. @throws Error when it fails */
export async function work(path: string, ...args: (string | number)[]): Promise<Work> {
  // It ends with this process, however that ends.
  const argv = ['--pdeathsig', 'KILL', path, ...args.map(String)];
  const child = spawn('setpriv', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await text(child.stdout);
  await ended(child);
  return { pid: child.pid!, ...JSON.parse(line) };
}
