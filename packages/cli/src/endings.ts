import { setMaxListeners } from 'node:events';

/** How a command is told to come to its end: three ways, each of which includes the ones before. */
export class Endings {
  private readonly interrupting = new AbortController();
  private readonly stopping = new AbortController();
  private readonly abandoning = new AbortController();
  /** Aborted by Ctrl-C: what is there is still read, and nothing waited for. */
  readonly interrupted: AbortSignal = this.interrupting.signal;
  /** Aborted when no more input is to be taken. */
  readonly stopped: AbortSignal = this.stopping.signal;
  /** Aborted when nobody wants what would be made of it. */
  readonly abandoned: AbortSignal = this.abandoning.signal;

  constructor() {
    // Each input listens, and there may be hundreds.
    setMaxListeners(0, this.interrupted, this.stopped, this.abandoned);
  }

  readonly interrupt = (): void => {
    this.interrupting.abort();
  };

  readonly stop = (): void => {
    this.stopping.abort();
    this.interrupt();
  };

  readonly abandon = (): void => {
    this.abandoning.abort();
    this.stop();
  };
}
