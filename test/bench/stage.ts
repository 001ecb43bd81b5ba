import type { Scope } from '../lib/cleanup.js';

/** Runs `work` in a scope of its own, which ends afterwards, and also when a signal ends this process. */
export async function staged<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const undos: (() => Promise<void>)[] = [];
  let undone: Promise<void> | undefined;
  const undoAll = () => {
    undone ??= (async () => {
      for (let undo = undos.pop(); undo; undo = undos.pop()) await undo();
    })();
    return undone;
  };
  const end = (signal: NodeJS.Signals, number: number) => {
    process.once(signal, () => process.exit(128 + number)); // a second time: at once
    undoAll().finally(() => process.exit(128 + number));
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    return await work({ after: undo => void undos.push(undo) });
  } finally {
    await undoAll();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}
