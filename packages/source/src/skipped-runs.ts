import { closeSync, openSync, readSync } from 'node:fs';

/** Longer than what the kernel says of a program. */
const infoBytes = 4096;

/**
 * How often the kernel has skipped programs because another run of the same had not ended on that CPU (recursion_misses,
 * since Linux 5.12): nothing else tells of what they did not see. Read from files that are opened before privileges go.
 */
export class SkippedRuns {
  /** Of each list of programs. */
  private readonly files: number[][];

  /** @param alike descriptors of loaded programs, those for the same purpose in one list */
  constructor(alike: readonly (readonly number[])[]) {
    this.files = alike.map(programs => programs.map(fd => openSync(`/proc/self/fdinfo/${fd}`, 'r')));
  }

  /** How many events at most no program has seen so far: one that is lost was skipped by all of its list. */
  get unseen(): number {
    return unseenBy(this.files.map(files => files.map(file => skippedRunsIn(textOf(file)))));
  }

  close(): void {
    for (const files of this.files.splice(0)) for (const file of files) closeSync(file);
  }
}

/** From how often each program was skipped, those for the same purpose in one list. */
export function unseenBy(skipped: readonly (readonly number[])[]): number {
  return skipped.reduce((sum, alike) => sum + Math.min(...alike), 0);
}

/** The number in a /proc/PID/fdinfo text of a program (bpf_prog_show_fdinfo in kernel/bpf/syscall.c); 0 where there is none. */
export function skippedRunsIn(fdinfo: string): number {
  return Number(/^recursion_misses:\t(\d+)$/m.exec(fdinfo)?.[1] ?? 0);
}

function textOf(file: number): string {
  const bytes = Buffer.alloc(infoBytes);
  return bytes.toString('latin1', 0, readSync(file, bytes, 0, infoBytes, 0));
}
