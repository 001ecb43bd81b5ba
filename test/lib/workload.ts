import { join } from 'node:path';
import { Child } from './child.js';
import type { Scope } from './cleanup.js';
import { root } from './command.js';
import { eventually } from './deadline.js';

/** What workload.py says of one connect; times in microseconds since boot and in seconds since the epoch. */
export interface Made {
  kind: string;
  pid: number;
  tid: number;
  uid: number;
  /** Its bytes, in hexadecimal. */
  comm: string;
  /** Field 22 of /proc/PID/stat, in hundredths of a second. */
  start_ticks: number;
  netns: number;
  mntns: number;
  cgroup: number;
  saddr: string;
  sport: number;
  daddr: string;
  dport: number;
  mapped: boolean;
  sock: string;
  errno: string | null;
  from_us: number;
  to_us: number;
  from_ts: number;
  to_ts: number;
}

/** What it says of itself at first. */
export interface Hello extends Pick<Made, 'pid' | 'netns' | 'mntns' | 'cgroup'> {
  v4_port: number;
  v6_port: number;
  closed_port: number;
}

/** A script beside workload.py as a process that speaks JSON lines. */
export class Script extends Child {
  constructor(t: Scope, script: string, args: readonly string[], enter: readonly string[] = []) {
    const argv = [...enter, 'python3', join(root, 'test/lib', script), ...args] as [string, ...string[]];
    super(t, `${script} ${args.join(' ')}`, argv, { stdio: 'pipe' });
  }

  /** Lines it has written, as objects. */
  // biome-ignore lint/suspicious/noExplicitAny: each script has lines of its own, and this is a test
  get said(): any[] {
    return this.lines.map(line => JSON.parse(line));
  }

  /** The `nth` line of a kind, now or later. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  saying(kind: string, nth = 1): Promise<any> {
    const ofKind = () => this.said.filter(line => line.kind === kind);
    return this.saidBy(() => ofKind()[nth - 1], `line ${nth} of kind ${kind}`);
  }

  /** What `look` finds among what it has said, now or later. */
  protected saidBy<T>(look: () => T | undefined, what: string): Promise<T> {
    return eventually(
      () => {
        const { exitCode, signalCode } = this.process;
        if (exitCode || signalCode) throw new Error(`${this.name} failed: ${this.stderr}`);
        return look();
      },
      () => `${what} from ${this.name}; stderr: ${this.stderr}`,
    );
  }
}

/** workload.py, which connects when told. */
export class Workload extends Script {
  private rounds = 0;

  constructor(t: Scope, kinds: Readonly<Record<string, number>>, enter: readonly string[] = []) {
    super(
      t,
      'workload.py',
      Object.entries(kinds).map(([kind, count]) => `${kind}=${count}`),
      enter,
    );
  }

  get hello(): Promise<Hello> {
    return this.saying('hello');
  }

  /** Runs all kinds once and gives what this round made. */
  async round(): Promise<Made[]> {
    const before = this.said.length;
    this.send('\n');
    await this.saying('done', ++this.rounds);
    return this.said.slice(before).filter(line => line.kind !== 'hello' && line.kind !== 'done');
  }
}
