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
 * end of their input, which follows; of followed files that is where they are. SIGTERM stops any. A second signal ends
 * at once.
 */
export function handleSignals({ stop, interrupt, endNow, hangUp }: SignalActions): void {
  let signals = 0;
  const on = (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', code: number, act: () => void) =>
    process.on(signal, () => {
      if (++signals > 1) endNow(code);
      else act();
    });
  on('SIGINT', 130, interrupt);
  on('SIGTERM', 143, stop);
  if (hangUp) process.on('SIGHUP', hangUp);
  else on('SIGHUP', 129, stop);
}

/** How often, and how many milliseconds after each other, a debugger is looked for that was asked for before we began. */
const looks = 20;
const lookMs = 50;

/**
 * SIGUSR1 opens a debugger in a Node program that does not listen for it: a port by which others get in, with the
 * privileges of a command. Here it does nothing but what sources say it does.
 */
export function keepDebuggerShut(): void {
  process.on('SIGUSR1', () => {});
  // Node can be built without.
  if (!process.features.inspector) return;
  const { close } = process.getBuiltinModule('node:inspector');
  // One that came while this was being loaded opens it from a thread of Node's, which may take its time.
  let left = looks;
  const timer = setInterval(() => {
    close();
    if (--left === 0) clearInterval(timer);
  }, lookMs).unref();
  close();
}
