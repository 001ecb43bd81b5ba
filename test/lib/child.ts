import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { atEnd, type Scope } from './cleanup.js';
import { within } from './deadline.js';

export interface Ended {
  /** Exit code, or the signal that ended it. */
  code: number | NodeJS.Signals;
  stdout: string;
  stderr: string;
}

/** A child process whose output is collected; it never outlives the test. */
export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  /** Called whenever output has come. */
  protected onOutput: () => void = () => {};

  constructor(
    t: Scope,
    readonly name: string,
    argv: readonly [string, ...string[]],
    options: SpawnOptions = {},
  ) {
    // A process group of its own, so that what it started ends with it; and it ends when the test runner is killed.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...options,
    });
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.onOutput();
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.onOutput();
      return { code: code ?? signal, stdout: this.stdout, stderr: this.stderr };
    });
    atEnd(t, async () => {
      this.kill();
      await within(this.ended, () => `the end of ${name} after it was killed`);
    });
  }

  get pid(): number {
    return this.process.pid!;
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Lines written so far, whole ones only. */
  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  send(text: string): void {
    this.process.stdin!.write(text);
  }

  /** Tells it to end, and gives what it left. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.process.kill(signal);
    return this.end();
  }

  /** What it leaves when it ends by itself. */
  end(): Promise<Ended> {
    return within(this.ended, () => `the end of ${this.name}; stderr: ${this.stderr}`);
  }

  /** Signals it and what it started, as a terminal does with Ctrl-C. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  private kill(): void {
    try {
      this.signalGroup('SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // all of it has ended
    }
  }
}
