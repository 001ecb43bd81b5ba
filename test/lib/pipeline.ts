import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child, type Ended } from './child.js';
import { atEnd, type Scope } from './cleanup.js';
import { commands, programOf } from './command.js';

/** A directory of the test's own, removed after it. */
export function temporaryDirectory(t: Scope): string {
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-test-'));
  atEnd(t, () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A directory for PATH with every command by its name; `sudo` runs its words, as live tests are root already. */
function commandDirectory(t: Scope): string {
  const directory = temporaryDirectory(t);
  const put = (name: string, script: string) => {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(directory, name), 0o755);
  };
  for (const command of commands) put(command, `exec '${process.execPath}' '${programOf(command)}' "$@"`);
  put('sudo', 'exec "$@"');
  return directory;
}

/** A pipeline as a user types it, run by bash with the kernel's own pipes. */
export class Pipeline extends Child {
  private readonly codesFile: string;

  constructor(t: Scope, line: string, options: { cwd?: string } = {}) {
    const directory = commandDirectory(t);
    const codesFile = join(directory, 'codes');
    const env = { ...process.env, PATH: `${directory}:${process.env.PATH}`, TZ: 'UTC', LC_ALL: 'C.UTF-8' };
    // On a line of its own, so that the pipeline may end in a comment or a here-document.
    const script = `${line}\necho "\${PIPESTATUS[@]}" > '${codesFile}'`;
    super(t, line, ['bash', '-c', script], { ...options, env });
    this.codesFile = codesFile;
  }

  /** What it leaves, with the exit code of each stage. */
  async finish(): Promise<Ended & { codes: number[] }> {
    const ended = await this.end();
    return { ...ended, codes: readFileSync(this.codesFile, 'utf8').trim().split(' ').map(Number) };
  }
}
