import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, createReadStream, openSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from '../lib/cleanup.js';
import { programOf, type sources } from '../lib/command.js';
import { descendants, ended } from './process.js';
import type { Bench } from './question.js';
import { closedPort } from './workload.js';

const startMs = 10_000;
/** Longer than any stage holds back what it has. */
const quietMs = 500;

/** `tcpsource | tcpjoin --dns | tcpfmt -t` into a file, for connects to the port that nobody else uses. */
export class LivePipe {
  private constructor(
    private readonly shell: ChildProcess,
    private readonly file: string,
    /** Milliseconds from the start of the shell to the first row in the file. */
    readonly firstRowMs: number,
  ) {}

  /** Resolves when the row of a connect is in the file of that name, which must not exist. Its end is that of `scope`. */
  static async start(
    { scope, directory }: Pick<Bench, 'scope' | 'directory'>,
    name = 'rows',
  ): Promise<LivePipe> {
    const file = `${directory}/${name}`;
    const [out, err] = [openSync(file, 'ax'), openSync(`${file}.err`, 'ax')];
    const stages = [
      [programOf('tcpsource'), '-P', `${closedPort}`],
      [programOf('tcpjoin'), '--dns'],
      [programOf('tcpfmt'), '-t'],
    ];
    const line = stages.map(words => [process.execPath, ...words].join(' ')).join(' | ');
    const started = performance.now();
    const shell = spawn('/bin/sh', ['-c', line], { stdio: ['ignore', out, err], detached: true });
    atEnd(scope, () => endGroup(shell));
    closeSync(out);
    closeSync(err);
    while (readFileSync(file).length === 0) {
      if (performance.now() - started > startMs) throw new Error(`no row from ${line}`);
      connect(closedPort, '127.0.0.1').on('error', () => {}); // refused, as it should be
      await sleep(5);
    }
    return new LivePipe(shell, file, performance.now() - started);
  }

  /** Of every process of it, the shell aside. */
  get pids(): number[] {
    return descendants(this.shell.pid!);
  }

  /** Resolves when no more rows come. */
  async settled(): Promise<void> {
    let before: number;
    do {
      before = statSync(this.file).size;
      await sleep(quietMs);
    } while (statSync(this.file).size > before);
  }

  /** Ends the source and waits until all that it had seen is written. */
  async stop(): Promise<void> {
    process.kill(this.pids[0]!, 'SIGTERM');
    await ended(this.shell);
  }

  /** Rows of these processes. */
  async rowsOf(pids: readonly number[]): Promise<number> {
    const wanted = new Set(pids.map(String));
    let count = 0;
    for await (const row of createInterface(createReadStream(this.file)))
      if (wanted.has(/^\S+ +(\d+)/.exec(row)?.[1] ?? '')) count++;
    return count;
  }

  /** Events that a source lost, by the messages of tcpfmt. */
  lostBy(source: (typeof sources)[number]): number {
    return this.said(new RegExp(`${source} lost (\\d+) events`, 'g'));
  }

  /** Records that tcpjoin gave a name, or none, before it had waited as long as it should, by its message at the end. */
  get early(): number {
    return this.said(/tcpjoin: (\d+) records? went on early/g);
  }

  /** Sum of a number in messages. */
  private said(message: RegExp): number {
    const messages = readFileSync(`${this.file}.err`, 'utf8');
    return [...messages.matchAll(message)].reduce((sum, [, count]) => sum + Number(count), 0);
  }
}

/** Kills what a shell of its own process group has started, if it has not ended. */
function endGroup(shell: ChildProcess): void {
  if (shell.exitCode === null && shell.signalCode === null) process.kill(-shell.pid!, 'SIGKILL');
}
