import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type filters, programOf } from '../../lib/command.js';

export type Filter = (typeof filters)[number];

/** What became of a filter that ran to its end. */
export interface FilterRun {
  code: number;
  stderr: string;
  /** Of standard output. */
  sha256: string;
  wall_ns: number;
  /** User and system, of the filter alone. */
  cpu_ns: number;
  peak_bytes: number;
}

/** Runs a filter. `measure`: path of the program that says what another took; `stdin`: a descriptor. */
export async function filterRun(
  measure: string,
  filter: Filter,
  args: readonly string[],
  stdin: number | 'ignore' = 'ignore',
): Promise<FilterRun> {
  const argv = [process.execPath, programOf(filter), ...args];
  const child = spawn(measure, argv, { stdio: [stdin, 'pipe', 'pipe', 'pipe'] });
  const hash = createHash('sha256');
  child.stdout!.on('data', chunk => hash.update(chunk));
  const [usage, stderr, [code]] = await Promise.all([
    text(child.stdio[3] as Readable),
    text(child.stderr!),
    once(child, 'close') as Promise<[number]>,
  ]);
  return { code, stderr, sha256: hash.digest('hex'), ...JSON.parse(usage) };
}
