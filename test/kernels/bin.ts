import { performance } from 'node:perf_hooks';
import { entries, kernelResult } from './matrix.js';
import { failureLogs, type KernelResult, table, total } from './report.js';

/** Runs the matrix, or those of its kernels whose suites are named: exit code 1 if a test fails. */
async function main(suites: readonly string[], signal: AbortSignal): Promise<number> {
  if (process.arch !== 'x64') throw new Error('guests share the root of an x86_64 host, and this is none');
  const unknown = suites.find(suite => entries.every(entry => !entry.suites.includes(suite)));
  if (unknown !== undefined) {
    const known = entries.flatMap(entry => entry.suites).join(', ');
    throw new Error(`no kernel of the matrix comes from "${unknown}"; suites are ${known}`);
  }
  const chosen = entries.filter(
    entry => suites.length === 0 || entry.suites.some(suite => suites.includes(suite)),
  );
  const results: KernelResult[] = [];
  for (const entry of chosen) {
    const started = performance.now();
    results.push(await kernelResult(entry, signal));
    signal.throwIfAborted();
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    process.stderr.write(`test:kernels: ${results.at(-1)!.kernel}: ${seconds} s\n`);
  }
  const { passed, failed, skipped } = total(results);
  const parts = [
    failureLogs(results),
    table(results),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
  process.stdout.write(`${parts.filter(Boolean).join('\n')}\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

const stop = new AbortController();
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
let ended: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    ended = exitCodes[signal];
    stop.abort();
  });
}
try {
  process.exitCode = await main(process.argv.slice(2), stop.signal);
} catch (error) {
  if (ended === undefined)
    process.stderr.write(`test:kernels: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = ended ?? 1;
}
