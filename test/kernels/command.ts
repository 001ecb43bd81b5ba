import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** More than apt's longest listing. */
const mostBytes = 64 * 1024 * 1024;

/** A program that failed: what it said last, in one line. */
export class CommandError extends Error {}

/** What a program prints, run to its end in `directory`. @throws CommandError */
export async function output(program: string, args: readonly string[], directory?: string): Promise<string> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await execute(program, [...args], { cwd: directory, maxBuffer: mostBytes, env });
    return stdout;
  } catch (error) {
    const { message, stderr = '' } = error as Error & { stderr?: string };
    throw new CommandError(`${program} failed (${stderr.trim().split('\n').at(-1) || message})`);
  }
}
