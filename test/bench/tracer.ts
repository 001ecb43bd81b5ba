import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import type { AnyRecord } from '@tcppipe/events';
import { programOf, type sources } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { ended } from './process.js';

/** A source that traces into a file, as a log would be kept. */
export class Tracer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly file: string,
  ) {}

  /** Resolves when the source is attached; `file` must not exist. */
  static async start(
    source: (typeof sources)[number],
    args: readonly string[],
    file: string,
  ): Promise<Tracer> {
    const fd = openSync(file, 'ax');
    const child = spawn(process.execPath, [programOf(source), '--ready', ...args], {
      stdio: ['ignore', fd, 'inherit'],
    });
    closeSync(fd);
    const hasBegun = () => statSync(file).size > 0 || child.exitCode !== null || undefined;
    await eventually(hasBegun, () => `${source} to be ready`);
    return new Tracer(child, file);
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Ends it at once, if it has not ended. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** Ends it and gives its records. @throws Error when it did not end well */
  async stop(): Promise<AnyRecord[]> {
    this.child.kill('SIGTERM');
    await ended(this.child);
    const lines = readFileSync(this.file, 'utf8').split('\n').slice(0, -1);
    return lines.map(line => JSON.parse(line));
  }
}
