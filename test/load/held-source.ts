import { closeSync, createReadStream, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AnyRecord } from '@tcppipe/events';
import { descendants } from '../bench/process.js';
import type { Bench } from '../bench/question.js';
import type { sources } from '../lib/command.js';
import { eventually } from '../lib/deadline.js';
import { Pipeline } from '../lib/pipeline.js';
import { isRunning } from '../lib/process-state.js';

/** What a source says of itself when asked by SIGUSR1. */
export interface Counters {
  written: number;
  lost: number;
}

/** What a source wrote from beginning to end. */
export interface Account extends Counters {
  /** Numbers that neither a record nor a `lost` record takes. */
  holes: number;
  /** Longest time from the event before a loss to the record that says so, microseconds. */
  slowestLossUs: number;
  /** Whether the last byte is a newline. */
  isWhole: boolean;
}

let started = 0;

/** A source whose output goes through a pipe into a file, by a reader that can be made to stand still. */
export class HeldSource {
  private constructor(
    private readonly pipeline: Pipeline,
    private readonly files: { records: string; messages: string },
    readonly pid: number,
    private readonly readerPid: number,
  ) {}

  /** Resolves when the source traces. */
  static async start(
    { scope, directory }: Pick<Bench, 'scope' | 'directory'>,
    source: (typeof sources)[number],
    options: string,
  ): Promise<HeldSource> {
    const name = `${source}-${++started}`;
    const [records, messages] = [join(directory, `${name}.ndjson`), join(directory, `${name}.err`)];
    const line = `${source} --ready ${options} 2> ${messages} | cat > ${records}`;
    const pipeline = new Pipeline(scope, line);
    await eventually(
      () => (existsSync(records) && statSync(records).size > 0) || undefined,
      () => `a ready record from ${line}`,
    );
    const [pid, readerPid] = descendants(pipeline.pid);
    return new HeldSource(pipeline, { records, messages }, pid!, readerPid!);
  }

  /** Makes the reader stand still, if it has not ended. */
  hold(): void {
    this.signalReader('SIGSTOP');
  }

  /** Lets the reader go on. */
  release(): void {
    this.signalReader('SIGCONT');
  }

  private signalReader(signal: NodeJS.Signals): void {
    try {
      process.kill(this.readerPid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** What it says now; undefined while events wait in the kernel for the output to take more. */
  private async counters(): Promise<Counters | undefined> {
    const lines = () => [...this.messages.matchAll(/(\d+) events written, (\d+) lost(.*)\n/g)];
    const before = lines().length;
    process.kill(this.pid, 'SIGUSR1');
    const [, written, lost, more] = await eventually(
      () => lines()[before],
      () => `counters in ${this.files.messages}`,
    );
    return more!.includes('others wait') ? undefined : { written: Number(written), lost: Number(lost) };
  }

  /** What it says once nothing waits any more. */
  async settledCounters(): Promise<Counters> {
    for (;;) {
      const counters = await this.counters();
      if (counters) return counters;
    }
  }

  /** Whether it says that events wait in the kernel for the output to take more. */
  async saysOthersWait(): Promise<boolean> {
    return (await this.counters()) === undefined;
  }

  get messages(): string {
    return readFileSync(this.files.messages, 'utf8');
  }

  /** Time of the latest event that the reader has put into the file, microseconds since boot. */
  get latestUs(): number {
    const times = [
      ...tailOf(this.files.records)
        .toString()
        .matchAll(/"mono_us":(\d+),.*\n/g),
    ];
    return Number(times.at(-1)?.[1] ?? 0);
  }

  /** Bytes that the reader has put into the file. */
  get bytes(): number {
    return statSync(this.files.records).size;
  }

  /** Resolves when the source has ended, whether or not what it wrote is read. */
  async gone(): Promise<void> {
    await eventually(
      () => (isRunning(this.pid) ? undefined : true),
      () => `the end of process ${this.pid}`,
    );
  }

  /** The exit code of the source, once all that it wrote is read. */
  async end(signal: NodeJS.Signals): Promise<number> {
    process.kill(this.pid, signal);
    return this.ended();
  }

  async ended(): Promise<number> {
    return (await this.pipeline.finish()).codes[0]!;
  }

  /** Records written so far, the ready record aside. */
  async *records(): AsyncGenerator<AnyRecord> {
    for await (const line of createInterface(createReadStream(this.files.records))) {
      const record = JSON.parse(line);
      if (record.type !== 'ready') yield record;
    }
  }

  /** Adds up what is in the file of a source that has ended. */
  async account(): Promise<Account> {
    let [written, lost, holes, slowestLossUs] = [0, 0, 0, 0];
    let next = 1; // the ready record has the first number
    let beforeUs = Number.POSITIVE_INFINITY;
    for await (const { type, seq, count, mono_us } of this.records()) {
      holes += (seq as number) - next;
      next = (seq as number) + (type === 'lost' ? (count as number) : 1);
      if (type === 'lost') {
        lost += count as number;
        slowestLossUs = Math.max(slowestLossUs, (mono_us as number) - beforeUs);
      } else {
        written++;
        beforeUs = mono_us as number;
      }
    }
    return { written, lost, holes, slowestLossUs, isWhole: tailOf(this.files.records).at(-1) === 0x0a };
  }
}

/** The last bytes of a file, longer than a record. */
function tailOf(file: string): Buffer {
  const tail = Buffer.alloc(4096);
  const fd = openSync(file, 'r');
  try {
    const bytes = readSync(fd, tail, 0, tail.length, Math.max(0, statSync(file).size - tail.length));
    return tail.subarray(0, bytes);
  } finally {
    closeSync(fd);
  }
}
