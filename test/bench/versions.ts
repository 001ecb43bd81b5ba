import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { root } from '../lib/command.js';

/** What ran where: without it figures mean nothing. */
export interface Versions {
  date: string;
  commit: string;
  kernel: string;
  node: string;
  cpu: string;
  memory: string;
  [peer: string]: string;
}

export function versions(): Versions {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    kernel: release(),
    node: process.version,
    cpu: `${processors.length} x ${processors[0]!.model}`,
    memory: `${(totalmem() / 1e9).toFixed(0)} GB`,
  };
}

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' }).trim();
  return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes');
}
