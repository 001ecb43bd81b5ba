import { join } from 'node:path';
import { Child, type Ended } from './child.js';
import type { Scope } from './cleanup.js';
import { root } from './command.js';
import { eventually } from './deadline.js';

export const bccCommands = ['tcpconnect', 'tcptracer', 'tcpv4connect'] as const;
export type BccName = (typeof bccCommands)[number];

export function bccProgramOf(name: BccName): string {
  return join(root, 'packages/bcc/dist/bin', `${name}.js`);
}

/** One of the commands that print bcc's text, as a process. */
export class BccCommand extends Child {
  constructor(t: Scope, name: BccName, args: readonly string[]) {
    super(t, `${name} ${args.join(' ')}`, [process.execPath, bccProgramOf(name), ...args]);
  }

  /** Lines that fit, once there are at least `count` of them. */
  async until(count: number, fits: (line: string) => boolean): Promise<string[]> {
    return eventually(
      () => {
        const found = this.lines.filter(fits);
        return found.length >= count ? found : undefined;
      },
      () => `${count} such lines from ${this.name}; it wrote: ${this.stdout.slice(-2000)}${this.stderr}`,
    );
  }
}

/** Starts it and waits for its first line, which says that it traces. */
export async function startBcc(t: Scope, name: BccName, args: readonly string[]): Promise<BccCommand> {
  const command = new BccCommand(t, name, args);
  await command.until(1, () => true);
  return command;
}

/** Runs it to an end that it finds by itself. */
export function bccEnd(t: Scope, name: BccName, args: readonly string[]): Promise<Ended> {
  return new BccCommand(t, name, args).end();
}
