import { readFileSync } from 'node:fs';
import { bccProgramOf } from '../lib/bcc.js';
import { Child } from '../lib/child.js';
import type { Scope } from '../lib/cleanup.js';
import { eventually } from '../lib/deadline.js';
import { has, type OptionSet } from './option-set.js';

/** Number of poll(2) on x86_64, in which bcc waits for events. */
const pollNumber = '7';

/** One version of a tool, looking on. */
export class Watcher extends Child {
  private constructor(
    t: Scope,
    private readonly set: OptionSet,
    argv: readonly [string, ...string[]],
    private readonly isBcc: boolean,
  ) {
    // Otherwise Python keeps what says that it is ready to itself.
    super(t, `${argv.join(' ')}`, argv, { env: { ...process.env, PYTHONUNBUFFERED: '1' } });
  }

  static bcc(t: Scope, set: OptionSet): Watcher {
    return new Watcher(t, set, [`${set.tool}-bpfcc`, ...set.args], true);
  }

  static ours(t: Scope, set: OptionSet): Watcher {
    return new Watcher(t, set, [process.execPath, bccProgramOf(set.tool), ...set.args], false);
  }

  /** Lines before the first row. */
  get heading(): string[] {
    return this.lines.slice(0, this.headingLines);
  }

  get rows(): string[] {
    return this.lines.slice(this.headingLines);
  }

  /** Resolves when every later event will be seen. */
  async ready(): Promise<void> {
    await eventually(
      () => this.running.lines.length >= this.headingLines || undefined,
      () => `${this.name} to begin: ${this.stdout}${this.stderr}`,
    );
    await this.quiet();
  }

  /** Resolves when it has seen and printed what has happened. bcc sleeps in poll only when all of its buffers are empty. */
  async quiet(): Promise<void> {
    if (!this.isBcc || has(this.set, '-c')) return;
    await eventually(
      () =>
        readFileSync(`/proc/${this.running.pid}/syscall`, 'utf8').startsWith(`${pollNumber} `) || undefined,
      () => `${this.name} to have read everything`,
    );
  }

  private get headingLines(): number {
    return has(this.set, '-c') ? 1 : 2;
  }

  private get running(): this {
    if (this.hasEnded) throw new Error(`${this.name} failed: ${this.stderr}`);
    return this;
  }
}
