import { spawnSync } from 'node:child_process';

/** More than apt's longest listing. */
const mostBytes = 64 * 1024 * 1024;

/** A program that failed: what it said last, in one line. */
export class CommandError extends Error {}

/** What a program prints, run to its end in `directory`. @throws CommandError */
export function output(program: string, args: readonly string[], directory?: string): string {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: mostBytes,
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (status === 0) return stdout;
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  throw new CommandError(`${program} failed (${reason || (signal ?? `exit code ${status}`)})`);
}
