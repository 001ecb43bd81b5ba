export interface SignalActions {
  /** Ends the work in order. */
  stop(): void;
  /** What Ctrl-C asks for. */
  interrupt(): void;
  endNow(exitCode: number): void;
  /** What SIGHUP asks for where it does not end a command as SIGTERM does. */
  hangUp?: (() => void) | undefined;
}

/**
 * What signals mean to a command. Ctrl-C reaches every stage of a pipe: sources stop, filters read on to the
 * end of their input, which follows; of followed files that is where they are. SIGTERM stops any, a filter after Ctrl-C too.
 * Any other second signal ends at once.
 */
export function handleSignals({ stop, interrupt, endNow, hangUp }: SignalActions): void {
  let last: (() => void) | undefined;
  const on = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', code: number, act: () => void) =>
    process.on(signal, () => {
      const asksForMore = last === interrupt && act === stop && stop !== interrupt;
      if (last && !asksForMore) endNow(code);
      last = act;
      act();
    });
  on('SIGINT', 130, interrupt);
  on('SIGTERM', 143, stop);
  if (hangUp) process.on('SIGHUP', hangUp);
  else on('SIGHUP', 129, stop);
}

/**
 * SIGUSR1 opens a debugger in a Node program that does not listen for it: a port by which others get in, with the
 * privileges of a command. Here it does nothing but what sources say it does.
 */
export function keepDebuggerShut(): void {
  process.on('SIGUSR1', () => {});
  // Node can be built without.
  if (!process.features.inspector) return;
  const { close } = process.getBuiltinModule('node:inspector');
  // Opened by one that came while this was being loaded.
  close();
  // One that came just now opens it later, and once more; this is what Node then tells the workers of a cluster.
  (process as NodeJS.EventEmitter).on('internalMessage', close);
}
