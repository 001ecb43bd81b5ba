import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { bccProgramOf } from '../../lib/bcc.js';
import { eventually } from '../../lib/deadline.js';

/** The same tool four times. */
export const tools = {
  tcppipe: [process.execPath, bccProgramOf('tcpconnect')],
  'libbpf-tools': ['tcpconnect'],
  bcc: ['tcpconnect-bpfcc'],
  bpftrace: ['tcpconnect.bt'],
} as const;
export type ToolName = keyof typeof tools;

/** Numbers of poll(2), epoll_wait(2) and epoll_pwait(2) on x86_64: where tools sleep until there are events. */
const waiting = ['7', '232', '281'];

/** Milliseconds without a new row after which no more will come. */
const settledMs = 3000;

/** One of the tools, writing into a file as a log would be kept. */
export class PeerTracer {
  private constructor(
    readonly name: ToolName,
    private readonly child: ChildProcess,
    private readonly file: string,
  ) {}

  /** Resolves when it traces. `file` is written anew. */
  static async start(name: ToolName, file: string): Promise<PeerTracer> {
    const fd = openSync(file, 'w');
    const [program, ...args] = tools[name];
    // Otherwise Python keeps what says that it has begun to itself; rows it writes one by one in any case.
    const env = { ...process.env, PYTHONUNBUFFERED: '1' };
    const child = spawn(program, args, { stdio: ['ignore', fd, fd], env });
    closeSync(fd);
    const tracer = new PeerTracer(name, child, file);
    await eventually(
      () => (tracer.isAttached() && tracer.isWaiting()) || undefined,
      () => `${name} to trace: ${readFileSync(file, 'utf8')}`,
    );
    return tracer;
  }

  /** Ends it. @returns how many rows it has written of these processes */
  async rows(pids: readonly number[]): Promise<number> {
    await this.settled();
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGINT');
    await ended;
    const rows = readFileSync(this.file, 'latin1').split('\n');
    const wanted = new Set(pids.map(String));
    return rows.filter(row => firstWords(row).some(word => wanted.has(word))).length;
  }

  /** Programs come last of what a tool prepares, but for the buffers that it then waits on. */
  private isAttached(): boolean {
    if (this.child.exitCode !== null) throw new Error(`${this.name}: ${readFileSync(this.file, 'utf8')}`);
    return this.name === 'libbpf-tools' || statSync(this.file).size > 0;
  }

  private isWaiting(): boolean {
    return waiting.includes(readFileSync(`/proc/${this.child.pid}/syscall`, 'utf8').split(' ', 1)[0]!);
  }

  private async settled(): Promise<void> {
    let [size, since] = [-1, 0];
    await eventually(
      () => {
        const now = statSync(this.file).size;
        if (now !== size) [size, since] = [now, performance.now()];
        return (performance.now() - since > settledMs && this.isWaiting()) || undefined;
      },
      () => `${this.name} to have written everything`,
    );
  }
}

/** The PID is the first column, but for bpftrace, where it comes after the time of day. */
function firstWords(row: string): string[] {
  return row.trimStart().split(/\s+/, 2);
}
