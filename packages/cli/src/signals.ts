export interface SignalActions {
  /** Ends the work in order. */
  stop(): void;
  endNow(exitCode: number): void;
  /** What SIGHUP asks for where it does not end a command as SIGTERM does. */
  hangUp?: (() => void) | undefined;
}

/**
 * What signals mean to a command. Ctrl-C reaches every stage of a pipe: sources stop, filters read on to the
 * end of their input, which follows. SIGTERM stops either. A second signal ends at once.
 */
export function handleSignals(kind: 'source' | 'filter', { stop, endNow, hangUp }: SignalActions): void {
  let signals = 0;
  const on = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', code: number, stops: boolean) =>
    process.on(signal, () => {
      if (++signals > 1) endNow(code);
      else if (stops) stop();
    });
  on('SIGINT', 130, kind === 'source');
  on('SIGTERM', 143, true);
  if (hangUp) process.on('SIGHUP', hangUp);
  else on('SIGHUP', 129, true);
}
