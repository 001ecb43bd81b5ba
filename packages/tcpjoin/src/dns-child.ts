import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  CliError,
  ioError,
  type Line,
  type LineNumbers,
  notPermitted,
  recordsOf,
  type Tally,
} from '@tcppipe/cli';

/** How long the child may take to end once told to. */
const endMs = 5000;

/** Ends this command with the exit code of its own dnssource, which has already said why on stderr. */
class DnssourceFailed extends CliError {
  override readonly name = 'DnssourceFailed';
}

/** The path of this project's own dnssource. */
export function dnssourcePath(): string {
  return fileURLToPath(import.meta.resolve('@tcppipe/dnssource/bin'));
}

/** A dnssource of our own: its records, when it is attached, and its end. It never outlives this process. */
export class DnsChild {
  private readonly child: ChildProcess;
  /** With why it never began, if it did not. */
  private readonly ended: Promise<Error | undefined>;
  private stopping = false;
  private sayAttached: (isAttached: boolean) => void = () => {};
  /** Resolves when it is attached and has given up its privileges, or, with false, has ended without that. */
  readonly attached: Promise<boolean>;

  /**
   * Runs `script` with `--ready` under this process's own Node. `interrupted` tells of signals to end, Ctrl-C or others, which
   * may reach it, too: a terminal signals all of a pipe, systemd all of a service.
   */
  constructor(
    script: string,
    private readonly tally: Tally,
    private readonly passReady: boolean,
    private readonly interrupted: AbortSignal,
  ) {
    this.attached = new Promise(resolve => {
      this.sayAttached = resolve;
    });
    this.child = spawn(process.execPath, [script, '--ready'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const kill = () => this.child.kill('SIGKILL');
    process.on('exit', kill);
    this.ended = new Promise(resolve => {
      const end = (failure?: Error) => {
        process.off('exit', kill);
        resolve(failure);
      };
      this.child.once('error', end).once('exit', () => end());
    });
  }

  /**
   * Its records until it ends, numbered like those of all other inputs; its own `ready` comes without a text: known, and not to
   * be shown.
   * @throws DnssourceFailed when it could not be started, or ended before it was told to: what is connected to after that would
   * be said to have no name
   */
  async *batches(numbers?: LineNumbers): AsyncGenerator<Line[]> {
    try {
      if (this.child.pid === undefined) {
        const why = ioError(process.execPath, await this.ended).message;
        throw new DnssourceFailed(1, `dnssource could not be started: ${why}`);
      }
      const untilEnd = new AbortController().signal;
      for await (const lines of recordsOf(this.child.stdout!, 'dnssource', this.tally, untilEnd, numbers)) {
        if (lines.some(isReady)) this.sayAttached(true);
        yield this.passReady ? lines : lines.map(line => (isReady(line) ? { ...line, text: '' } : line));
      }
      await this.ended;
      this.checkEnd();
    } finally {
      this.sayAttached(false);
    }
  }

  /** Asks it to stop; what it has seen still comes. One that does not listen is killed. */
  stop(): void {
    this.stopping = true;
    this.child.kill('SIGTERM');
    setTimeout(() => this.child.kill('SIGKILL'), endMs).unref();
  }

  private checkEnd(): void {
    const { exitCode, signalCode } = this.child;
    const isOrderly = exitCode === 0 || signalCode === 'SIGINT' || signalCode === 'SIGTERM';
    if (this.stopping || (isOrderly && this.interrupted.aborted)) return;
    if (exitCode === null) throw new DnssourceFailed(1, `dnssource was ended by ${signalCode}`);
    if (exitCode === 0)
      throw new DnssourceFailed(1, 'dnssource has ended: connections from now on would be without names');
    // It has said what it lacks; but nobody called it by its name.
    const hint = exitCode === notPermitted ? '--dns starts that dnssource; try: sudo tcpjoin --dns' : '';
    throw new DnssourceFailed(exitCode, hint);
  }

  /** Resolves when it is gone, whatever it takes. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

function isReady({ record }: Line): boolean {
  return record.type === 'ready' && record.tool === 'dnssource';
}
