import { Child } from '../../lib/child.js';
import { root } from '../../lib/command.js';
import { eventually } from '../../lib/deadline.js';

/** One connect as its process says it was made; `name` is what it asked for, null for an address as such. */
export interface Made {
  kind: 'connect';
  pid: number;
  saddr: string;
  sport: number;
  daddr: string;
  dport: number;
  name: string | null;
}

/** A process that follows a plan (workload.py). */
export class Workload extends Child {
  /** What it has connected to so far. */
  get made(): Made[] {
    return this.said.filter(line => line.kind === 'connect') as Made[];
  }

  /** Whether it waits for the `nth` time; otherwise it has ended. @throws Error when it failed */
  waitsOrEnds(nth: number): Promise<boolean> {
    return eventually(
      () => {
        const { exitCode, signalCode } = this.process;
        if (exitCode || signalCode) throw new Error(`${this.name} failed: ${this.stderr}`);
        if (this.said.filter(line => line.kind === 'waiting').length >= nth) return true;
        return exitCode === 0 && this.process.stdout!.closed ? false : undefined;
      },
      () => `${this.name} to wait or end; stderr: ${this.stderr}`,
    );
  }

  private get said(): { kind: string }[] {
    return this.lines.map(line => JSON.parse(line));
  }
}

/** Words that run one of the benchmark's programs. */
export function python(program: string, ...args: (string | number)[]): string[] {
  return ['python3', '-B', `${root}/test/bench/attribution/${program}`, ...args.map(String)];
}
