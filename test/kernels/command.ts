import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** More than apt's longest listing. */
const mostBytes = 64 * 1024 * 1024;

/** Seconds for one program: a download of a hundred megabytes from a slow mirror. */
const timeout = 900;

/** A program that failed: what it said last, in one line. */
export class CommandError extends Error {}

/** What a program prints, run to its end in `directory`. @throws CommandError */
export async function output(program: string, args: readonly string[], directory?: string): Promise<string> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const options = { cwd: directory, maxBuffer: mostBytes, timeout: timeout * 1000, env };
    const { stdout } = await execute(program, [...args], options);
    return stdout;
  } catch (error) {
    const { killed, message, stderr = '' } = error as Error & { killed?: boolean; stderr?: string };
    if (killed) throw new CommandError(`${program} ${args[0]} did not end within ${timeout} s`);
    throw new CommandError(`${program} failed (${stderr.trim().split('\n').at(-1) || message})`);
  }
}
