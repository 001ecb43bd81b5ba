import { type SpawnOptions, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AnyRecord, problemOf } from '@tcppipe/events';
import { Child, type Ended } from './child.js';
import type { Scope } from './cleanup.js';
import { eventually } from './deadline.js';

/** The top of the repository; this file runs from test/dist/lib. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

export const sources = ['tcpsource', 'dnssource'] as const;
export const filters = ['tcpjoin', 'tcpcount', 'tcpfmt'] as const;
export const commands = [...sources, ...filters] as const;
export type CommandName = (typeof commands)[number];

export function programOf(command: CommandName): string {
  return join(root, 'packages', command, 'dist/bin.js');
}

/** A command of this project as a process, its output read as records. */
export class Command extends Child {
  constructor(t: Scope, command: CommandName, args: readonly string[], options: SpawnOptions = {}) {
    super(t, `${command} ${args.join(' ')}`, [process.execPath, programOf(command), ...args], options);
  }

  /** Records written so far. */
  get records(): AnyRecord[] {
    return this.lines.map(line => JSON.parse(line));
  }

  /** The first record that fits, now or later. */
  until(fits: (record: AnyRecord) => boolean, what: string): Promise<AnyRecord> {
    return eventually(
      () => this.records.find(fits),
      () => `${what} from ${this.name}; it wrote: ${this.stdout.slice(-2000)}${this.stderr}`,
    );
  }

  /** All that it wrote, once told to stop. @throws Error when it fails or breaks the schema */
  async stopped(signal: NodeJS.Signals = 'SIGINT'): Promise<AnyRecord[]> {
    const { code, stderr } = await this.stop(signal);
    if (code !== 0 || stderr !== '') throw new Error(`${this.name} ended with ${code}: ${stderr}`);
    return checked(this.records);
  }
}

/** Starts a source and waits until it traces. */
export async function startSource(
  t: Scope,
  source: (typeof sources)[number],
  args: readonly string[],
): Promise<Command> {
  const command = new Command(t, source, ['--ready', ...args]);
  await command.until(record => record.type === 'ready', 'a ready record');
  return command;
}

/** The same records. @throws Error saying what is wrong with the first that is not as the schema says */
export function checked(records: AnyRecord[]): AnyRecord[] {
  for (const record of records) {
    const problem = problemOf(record);
    if (problem !== undefined) throw new Error(`${problem}: ${JSON.stringify(record)}`);
  }
  return records;
}

/** Runs a command to its end. */
export function runCommand(command: CommandName, args: readonly string[], input = ''): Ended {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [programOf(command), ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return { code: status ?? signal!, stdout, stderr };
}
