import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFiles } from './init.js';
import { writeInitramfs } from './initramfs.js';
import { extraTree, type Kernel } from './kernel.js';
import { qemuArguments } from './qemu.js';
import { ScriptWatch } from './script-watch.js';

export interface GuestRun {
  kernel: Kernel;
  /** For /bin/sh, as root, in the host's file system. Nothing that it writes there stays. */
  script: string;
  /** Packages of the kernel's suite that the guest shall have besides what the host has. */
  extraPackages?: readonly string[];
  /** Seconds until the guest is ended. */
  timeout: number;
  /** Called with what the script writes, as it comes. */
  heard?: (text: string) => void;
  /** MiB. */
  memory?: number;
  /** Ends the guest at once. */
  signal?: AbortSignal;
}

/** A guest that did not get to the end of its script, with the end of its console. */
export class GuestError extends Error {}

const consoleLines = 60;

/** Milliseconds between two looks at what a guest has written. */
const lookMs = 500;

/** What a guest that is off has left. */
interface Left {
  /** The last lines of its console. */
  console: string;
  /** Why it was ended before it ended itself, if it was. */
  ended?: string;
  /** Text of a file that it wrote; undefined if it did not. */
  text(name: string): string | undefined;
}

/**
 * Boots a kernel, runs a script in it, and powers off.
 * @returns the script's exit code, and its standard output and standard error as they came
 * @throws GuestError
 */
export async function runInGuest(run: GuestRun): Promise<{ code: number; output: string }> {
  const { console, ended, text } = await leftBy(run);
  const [code, output = ''] = [text(runFiles.code), text(runFiles.output)];
  if (code === undefined) {
    const why = ended ?? 'ended by itself';
    throw new GuestError(`the guest with ${run.kernel.release} ${why}\n${output}\n${console}`);
  }
  return { code: Number(code), output };
}

/** Boots a kernel and runs a script in it that powers off by itself: the last lines of the console. */
export async function consoleOfGuest(run: GuestRun): Promise<string> {
  return (await leftBy(run)).console;
}

async function leftBy(run: GuestRun): Promise<Left> {
  const { kernel, script, extraPackages = [], memory = 2048 } = run;
  const trees = [kernel.tree, ...(extraPackages.length > 0 ? [await extraTree(kernel, extraPackages)] : [])];
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-guest-'));
  const file = (name: string) => join(directory, name);
  const text = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : undefined);
  try {
    const initramfs = file('initramfs');
    await writeInitramfs(kernel.modules, initramfs);
    writeFileSync(file(runFiles.script), script);
    const args = qemuArguments({ image: kernel.image, initramfs, trees, memory, directory });
    const watch = new ScriptWatch(text, run.timeout, run.heard);
    const { console, ended } = await boot(args, file('console'), watch, run.signal);
    const texts = new Map([runFiles.code, runFiles.output].map(name => [name as string, text(name)]));
    return { console, ...(ended !== undefined && { ended }), text: name => texts.get(name) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Runs QEMU to its end: the last lines of the guest's console, and what QEMU itself had to say. */
async function boot(
  args: readonly string[],
  consoleFile: string,
  watch: ScriptWatch,
  signal?: AbortSignal,
): Promise<Pick<Left, 'console' | 'ended'>> {
  // Should this process be killed, the guest goes too.
  const program = ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...args, '-serial', `file:${consoleFile}`];
  const qemu = spawn('setpriv', program, { stdio: ['ignore', 'ignore', 'pipe'] });
  let ended: string | undefined;
  const end = (why: string) => {
    ended ??= why;
    qemu.kill('SIGKILL');
  };
  const begun = performance.now();
  const look = () => {
    const why = watch.look((performance.now() - begun) / 1000);
    if (why !== undefined) end(why);
  };
  // Not an AbortSignal.timeout() in AbortSignal.any(): that may be collected as garbage and never come (nodejs/node#57736).
  const looking = setInterval(look, lookMs);
  const stop = () => end('was ended by a signal');
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  let errors = '';
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  try {
    await once(qemu, 'close');
  } finally {
    clearInterval(looking);
    signal?.removeEventListener('abort', stop);
  }
  const console = existsSync(consoleFile) ? readFileSync(consoleFile, 'utf8') : '';
  return {
    console: `${console.split('\n').slice(-consoleLines).join('\n')}${errors}`,
    ...(ended !== undefined && { ended }),
  };
}
