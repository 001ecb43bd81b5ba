import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { type Entry, entries, kernelResult } from './matrix.js';
import { failureLogs, type KernelResult, table, total } from './report.js';

/** A guest takes one core: its processors take turns. */
const guestsAtOnce = Math.min(2, availableParallelism());

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
  const results = await inTurn(chosen, guestsAtOnce, entry => timedResult(entry, signal));
  const { passed, failed, skipped } = total(results);
  const parts = [
    failureLogs(results),
    table(results),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
  process.stdout.write(`${parts.filter(Boolean).join('\n')}\n`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

async function timedResult(entry: Entry, signal: AbortSignal): Promise<KernelResult> {
  const started = performance.now();
  const result = await kernelResult(entry, signal);
  signal.throwIfAborted();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  process.stderr.write(`test:kernels: ${result.kernel}: ${seconds} s\n`);
  return result;
}

/** Results of all, in their order, of which no more than `atOnce` are under way. @throws what the first to fail threw */
async function inTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  resultOf: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const lane = async () => {
    for (const [i, item] of left) results[i] = await resultOf(item);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
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
  // The other guest, if there is one, is of no more use.
  stop.abort();
  if (ended === undefined)
    process.stderr.write(`test:kernels: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = ended ?? 1;
}
