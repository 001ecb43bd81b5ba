import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { root } from '../lib/command.js';
import { GuestError, runInGuest } from './guest.js';
import { type Kernel, kernelOf } from './kernel.js';
import type { KernelResult } from './report.js';
import { UnavailableError } from './suite.js';
import { suspendResult } from './suspended.js';
import { type FileResult, fileResults, filesBegun, testScript } from './test-run.js';

/** A kernel of the matrix. */
export interface Entry {
  /** Where it comes from: the first of these suites that can be had. */
  suites: readonly [string, ...string[]];
  /** Whether the matrix fails where it cannot be had. */
  required: boolean;
  /** What is expected: that all works, or that the sources say what is missing. */
  expected: 'works' | 'is refused';
}

/** From the newest to the one that is too old; the first is that of the Debian release that this is developed on. */
export const entries: readonly Entry[] = [
  { suites: ['bookworm'], required: true, expected: 'works' },
  { suites: ['bookworm-backports', 'trixie'], required: false, expected: 'works' },
  { suites: ['sid'], required: false, expected: 'works' },
  { suites: ['bullseye'], required: false, expected: 'is refused' },
];

/** Seconds that a kernel may take for its tests: all of them take about eight minutes of a quiet host, the others' four. */
const guestTimeout = { required: 2100, other: 1200 } as const;

const testDirectory = join(root, 'test/dist');

/**
 * Live tests of what the commands do in user space, with many starts of Node, which take seconds each under emulation:
 * the kernel that is required shows them, the others would only show them again.
 */
const onRequiredKernelOnly = [
  'bcc-connect.test.js',
  'bcc-tracer.test.js',
  'few-descriptors.test.js',
  'full-disk.test.js',
  'logrotate.test.js',
  'lost.test.js',
  'output-file.test.js',
  'pipeline.test.js',
];

/** What only a guest can be made to do. */
const inGuestOnly = ['kernels/service.js', 'kernels/clocks.js'].map(file => join(testDirectory, file));

/**
 * Emulation is too slow for answers within the join's slack, and for load; and of starts it slows what is compiled far
 * more than Node's own, which comes out of a snapshot.
 */
const notUnderEmulation = ['attribution.test.js', 'load.test.js', 'start.test.js'];

function testFiles({ expected, required }: Entry): string[] {
  if (expected === 'is refused') return [join(testDirectory, 'kernels/refusal.js')];
  const live = join(testDirectory, 'live');
  const left = [...notUnderEmulation, ...(required ? [] : onRequiredKernelOnly)];
  const files = readdirSync(live, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.js') && !left.includes(file))
    .sort()
    .map(file => join(live, file));
  return required ? [...files, ...inGuestOnly] : files;
}

/** Boots one kernel and runs its tests. @throws UnavailableError when it is required and cannot be had */
export async function kernelResult(entry: Entry, signal: AbortSignal): Promise<KernelResult> {
  const kernel = await firstAvailable(entry.suites);
  if ('reason' in kernel) {
    if (entry.required) throw new UnavailableError(kernel.reason);
    return { kernel: entry.suites.join(', '), skipped: kernel.reason };
  }
  const timeout = entry.required ? guestTimeout.required : guestTimeout.other;
  const files = await filesRun(kernel, testFiles(entry), timeout, signal);
  if (entry.required) files.push(await suspendResult(kernel, signal));
  return { kernel: `${kernel.release} (${kernel.suite.name})`, files };
}

async function firstAvailable(suites: readonly string[]): Promise<Kernel | { reason: string }> {
  const reasons: string[] = [];
  for (const suite of suites) {
    try {
      return await kernelOf(suite);
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      reasons.push(error.message);
    }
  }
  return { reason: reasons.join('; ') };
}

async function filesRun(
  kernel: Kernel,
  files: readonly string[],
  timeout: number,
  signal: AbortSignal,
): Promise<FileResult[]> {
  try {
    const begun = performance.now();
    const heard = filesBegun(file => {
      const seconds = ((performance.now() - begun) / 1000).toFixed(0);
      process.stderr.write(`test:kernels: ${kernel.release}, ${seconds} s: ${file}\n`);
    });
    const script = testScript(files);
    const { output } = await runInGuest({ kernel, script, timeout, heard, signal });
    return fileResults(output);
  } catch (error) {
    if (!(error instanceof GuestError) || signal.aborted) throw error;
    return [{ file: 'guest', passed: 0, failed: 1, skipped: 0, seconds: 0, log: error.message }];
  }
}
