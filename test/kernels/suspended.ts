import { performance } from 'node:perf_hooks';
import { root } from '../lib/command.js';
import { consoleOfGuest } from './guest.js';
import type { Kernel } from './kernel.js';
import { type FileResult, slowness } from './test-run.js';

const file = 'test/dist/kernels/suspend.js';
/** Seconds. */
const timeout = 400;

/** What comes of the pipe in a guest that is suspended to memory: suspend.ts says it on the console. */
export async function suspendResult(kernel: Kernel, signal: AbortSignal): Promise<FileResult> {
  const started = performance.now();
  const log = await consoleOfGuest({ kernel, script, timeout, signal });
  const hasPassed = /^@@ suspend: ok$/m.test(log.replaceAll('\r', ''));
  const seconds = (performance.now() - started) / 1000;
  return { file, passed: Number(hasPassed), failed: Number(!hasPassed), skipped: 0, seconds, log };
}

/** The program's own pages must all be in memory: the file systems that the host shares are gone after a suspend. */
const script = `cd '${root}' || exit
cat '${process.execPath}' /lib/*-linux-gnu/*.so* > /dev/null 2>&1
export TCPPIPE_SLOWNESS=${slowness}
'${process.execPath}' ${file}
`;
