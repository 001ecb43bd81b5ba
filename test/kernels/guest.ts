import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFiles } from './init.js';
import { writeInitramfs } from './initramfs.js';
import { extraTree, type Kernel } from './kernel.js';
import { qemuArguments } from './qemu.js';

export interface GuestRun {
  kernel: Kernel;
  /** For /bin/sh, as root, in the host's file system. Nothing that it writes there stays. */
  script: string;
  /** Packages of the kernel's suite that the guest shall have besides what the host has. */
  extraPackages?: readonly string[];
  /** Seconds until the guest is ended. */
  timeout: number;
  /** MiB. */
  memory?: number;
  /** Ends the guest at once. */
  signal?: AbortSignal;
}

/** A guest that did not get to the end of its script, with the end of its console. */
export class GuestError extends Error {}

const consoleLines = 60;

/**
 * QEMU's emulation up to 8.0 may run an instruction that the kernel has just replaced: one in hundreds of kernels meets its
 * own breakpoint while it patches its code in booting, and panics.
 */
const maxBoots = 3;

/** What a guest that is off has left. */
export interface Left {
  /** The last lines of its console. */
  console: string;
  /** Whether it was ended before it ended itself. */
  wasEnded: boolean;
  /** Text of a file that it wrote; undefined if it did not. */
  text(name: string): string | undefined;
}

/** Whether its kernel panicked before the script had begun. */
export function panickedInBooting({ console, wasEnded, text }: Left): boolean {
  return !wasEnded && text(runFiles.output) === undefined && console.includes('Kernel panic');
}

/**
 * Boots a kernel, runs a script in it, and powers off.
 * @returns the script's exit code, and its standard output and standard error as they came
 * @throws GuestError
 */
export async function runInGuest(run: GuestRun): Promise<{ code: number; output: string }> {
  const { console, wasEnded, text } = await leftBy(run);
  const [code, output = ''] = [text(runFiles.code), text(runFiles.output)];
  if (code === undefined) {
    const why = wasEnded ? `was ended after ${run.timeout} s or by a signal` : 'ended by itself';
    throw new GuestError(`the guest with ${run.kernel.release} ${why}\n${output}\n${console}`);
  }
  return { code: Number(code), output };
}

/** Boots a kernel and runs a script in it that powers off by itself: the last lines of the console. */
export async function consoleOfGuest(run: GuestRun): Promise<string> {
  return (await leftBy(run)).console;
}

async function leftBy(run: GuestRun): Promise<Left> {
  for (let boots = 1; ; boots++) {
    const left = await leftByBoot(run);
    if (boots === maxBoots || !panickedInBooting(left)) return left;
    process.stderr.write(`the kernel ${run.kernel.release} panicked in booting; once more\n`);
  }
}

async function leftByBoot(run: GuestRun): Promise<Left> {
  const { kernel, script, extraPackages = [], timeout, memory = 2048, signal } = run;
  const trees = [kernel.tree, ...(extraPackages.length > 0 ? [await extraTree(kernel, extraPackages)] : [])];
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-guest-'));
  const file = (name: string) => join(directory, name);
  try {
    const initramfs = file('initramfs');
    await writeInitramfs(kernel.modules, initramfs);
    writeFileSync(file(runFiles.script), script);
    const ending = AbortSignal.any([AbortSignal.timeout(timeout * 1000), ...(signal ? [signal] : [])]);
    const args = qemuArguments({ image: kernel.image, initramfs, trees, memory, directory });
    const console = await boot(args, file('console'), ending);
    const texts = new Map(
      [runFiles.code, runFiles.output]
        .filter(name => existsSync(file(name)))
        .map(name => [name as string, readFileSync(file(name), 'utf8')]),
    );
    return { console, wasEnded: ending.aborted, text: name => texts.get(name) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Runs QEMU to its end: the last lines of the guest's console, and what QEMU itself had to say. */
async function boot(args: readonly string[], consoleFile: string, ending: AbortSignal): Promise<string> {
  // Should this process be killed, the guest goes too.
  const program = ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...args, '-serial', `file:${consoleFile}`];
  const qemu = spawn('setpriv', program, { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => qemu.kill('SIGKILL');
  if (ending.aborted) kill();
  ending.addEventListener('abort', kill);
  let errors = '';
  qemu.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await once(qemu, 'close');
  ending.removeEventListener('abort', kill);
  const console = existsSync(consoleFile) ? readFileSync(consoleFile, 'utf8') : '';
  return `${console.split('\n').slice(-consoleLines).join('\n')}${errors}`;
}
