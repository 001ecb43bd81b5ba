import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The repository's top directory; every command here runs in it. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Far more than apt or a compiler prints; a tool that exceeds it is ended and its step fails. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What went wrong and what to do about it, in one line: shown without a stack trace, exit code 1. */
export class StepError extends Error {}

/** A mistake on the command line, in one line: exit code 2. */
export class UsageError extends Error {}

/**
 * Writes one line to standard error: standard output belongs to the live table.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/**
 * Runs an entry point; its result is the exit code, an error becomes one line.
 * @param {string} name what the error line begins with
 * @param {() => number | Promise<number>} action
 */
export async function main(name, action) {
  try {
    process.exitCode = await action();
  } catch (error) {
    say(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/**
 * The command line's options, as node:util's parseArgs gives them.
 * @template {import('node:util').ParseArgsConfig} Config
 * @param {Config} config
 * @throws {UsageError}
 */
export function commandLineOptions(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Whether a command is installed. Looks into the sbin directories too: an ordinary user's PATH on Debian lacks them.
 * @param {string} name
 */
export function hasCommand(name) {
  const directories = (process.env.PATH ?? '').split(delimiter).filter(directory => directory !== '');
  return [...directories, '/usr/local/sbin', '/usr/sbin', '/sbin'].some(directory =>
    isExecutable(join(directory, name)),
  );
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What must stand before a command so that it runs as root: nothing, or sudo; undefined where there is neither.
 * @returns {string[] | undefined}
 */
export function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return hasCommand('sudo') ? ['sudo'] : undefined;
}

/**
 * Whether commands with this prefix will run; asks for sudo's password where needed, once for all that follows.
 * @param {string[]} prefix
 */
export function canUseRoot(prefix) {
  if (prefix.length === 0) return true;
  // `sudo -v` alone would ask for a password even where no command needs one, if any rule of the user's has none waived.
  return capture([...prefix, '-n', 'true']).status === 0 || succeeds([...prefix, '-v']);
}

/**
 * Runs one command, says in one line what it is and how long it took, and shows its output only if it fails.
 * @param {string} what
 * @param {string[]} command
 * @param {Record<string, string>} [env] added to this process's environment
 * @throws {StepError} if the command cannot be started or does not end with 0
 */
export function step(what, command, env = {}) {
  process.stderr.write(`setup: ${what} ... `);
  const started = performance.now();
  const result = capture(command, env);
  if (result.error === undefined && result.status === 0) {
    say(`${((performance.now() - started) / 1000).toFixed(1)} s`);
    return;
  }
  say('failed');
  process.stderr.write(result.stdout ?? '');
  process.stderr.write(result.stderr ?? '');
  const how =
    result.error?.message ?? (result.signal ? `ended by ${result.signal}` : `exit code ${result.status}`);
  throw new StepError(`${what}: "${command.join(' ')}" failed (${how}); its output is above`);
}

/**
 * Runs a command to its end with no standard input and collects what it prints.
 * @param {string[]} command
 * @param {Record<string, string>} [env] added to this process's environment
 */
export function capture([file = '', ...args], env = {}) {
  return spawnSync(file, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
}

/**
 * Runs a command to its end on this terminal; true if it ended with 0.
 * @param {string[]} command
 */
export function succeeds([file = '', ...args]) {
  return spawnSync(file, args, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}
