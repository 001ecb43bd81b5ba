/**
 * What signals mean to a command. Ctrl-C reaches every stage of a pipe: sources stop, filters read on to the
 * end of their input, which follows. SIGTERM stops either. A second signal ends at once.
 */
export function handleSignals(
  kind: 'source' | 'filter',
  stop: () => void,
  endNow: (code: number) => void,
): void {
  let signals = 0;
  const on = (signal: 'SIGINT' | 'SIGTERM', code: number, stops: boolean) =>
    process.on(signal, () => {
      if (++signals > 1) endNow(code);
      else if (stops) stop();
    });
  on('SIGINT', 130, kind === 'source');
  on('SIGTERM', 143, true);
}
