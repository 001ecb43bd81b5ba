import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { programOf } from '../lib/command.js';
import { type Job, jobs } from './filter-jobs.js';
import { commandOf, installedPeers } from './peers.js';
import { ended } from './process.js';
import type { Bench, Figure, Question } from './question.js';
import { type Recorded, recorded, type Shape } from './records.js';
import { median, spread } from './statistics.js';
import { compiled } from './workload.js';

/** Peers that take ten times as long get a tenth of the records; all of them read one record after the other. */
const peerShare = 10;
const shapes: readonly Shape[] = ['long-lived', 'short-lived', 'connects'];
const sampleRecords = 10_000;
const usualRecords = 1_000_000;
const largeRecords = 10_000_000;

interface Usage {
  wall_ns: number;
  peak_bytes: number;
}

export const filters: Question = {
  name: 'filters',
  asks: 'records per second through each filter on one core, from a file to /dev/null',
  isLive: false,
  async run(bench) {
    const runner = new Runner(compiled('measure', bench.directory));
    const sizes = bench.quick ? [sampleRecords] : bench.large ? [usualRecords, largeRecords] : [usualRecords];
    const figures = [];
    for (const shape of shapes) {
      const files = new Map<number, Recorded>();
      const file = (count: number) => {
        const known = files.get(count) ?? recorded(`${bench.directory}/${shape}-${count}`, count, shape);
        files.set(count, known);
        return known;
      };
      const takers = jobs.filter(job => job.shape === shape);
      for (const records of sizes) {
        const inputs = { all: file(records), share: file(records / peerShare), sample: file(sampleRecords) };
        for (const job of takers) figures.push(...(await runner.figures(job, inputs, bench)));
      }
      for (const { path } of files.values()) rmSync(path);
    }
    return figures;
  },
};

class Runner {
  private readonly peers = installedPeers();

  /** `measure` is the program that says what another took. */
  constructor(private readonly measure: string) {}

  async figures(
    job: Job,
    { sample, all, share }: Record<'sample' | 'all' | 'share', Recorded>,
    { quick }: Bench,
  ): Promise<Figure[]> {
    const own = [process.execPath, programOf(job.tool), ...job.args];
    const problem = job.problem(await outputOf([...own, sample.path]), sample);
    if (problem !== undefined) throw new Error(`${job.what}: ${problem}`);
    const contestants = [
      { name: job.what, argv: own, input: all },
      ...job.peers
        .filter(({ name }) => this.peers.has(name))
        .map(({ name, args }) => ({
          name,
          argv: [...commandOf(name), ...args],
          // DuckDB starts slowly and then runs fast.
          input: name === 'duckdb' ? all : share,
        })),
    ].map(contestant => ({ ...contestant, usages: [] as Usage[] }));
    for (let left = quick ? 1 : 3; left > 0; left--) {
      for (const { usages, argv, input } of contestants) usages.push(await this.usage([...argv, input.path]));
    }
    const [mine, ...others] = contestants.map(({ name, usages, input }) => ({
      name,
      input,
      rates: usages.map(({ wall_ns }) => (input.records / wall_ns) * 1e9),
      peakMB: median(usages.map(({ peak_bytes }) => peak_bytes)) / 1e6,
    }));
    const { rates, peakMB, input } = mine!;
    const rate = median(rates);
    const what = (figure: string) => `${job.what}, ${millions(input.records)}, ${figure}`;
    const beside = (peer: (other: (typeof others)[number]) => number) =>
      others.length > 0 ? others.map(other => ({ peer: { name: other.name, value: peer(other) } })) : [{}];
    return [
      ...beside(other => median(other.rates)).map(peer => ({
        ...{ what: what('records'), value: rate, unit: '/s', spread: spread(rates), ...peer },
      })),
      { what: what('bytes'), value: (rate * input.bytes) / input.records / 1e6, unit: 'MB/s' },
      ...beside(other => other.peakMB).map(peer => ({
        what: what('peak RSS'),
        value: peakMB,
        unit: 'MB',
        ...peer,
      })),
    ];
  }

  private async usage(argv: string[]): Promise<Usage> {
    // It ends with this process, however that ends.
    const onOneCore = ['--pdeathsig', 'KILL', 'taskset', '--cpu-list', '0', this.measure];
    const child = spawn('setpriv', [...onOneCore, ...argv], {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const line = await text(child.stdio[3] as Readable);
    await ended(child);
    return JSON.parse(line);
  }
}

async function outputOf([file, ...args]: string[]): Promise<string> {
  const child = spawn(file!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const output = await text(child.stdout);
  await ended(child);
  return output;
}

function millions(records: number): string {
  return `${records / 1e6} M`;
}
