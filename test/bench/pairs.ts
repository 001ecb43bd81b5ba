import type { sources } from '../lib/command.js';
import { sum } from './process.js';
import type { Figure } from './question.js';
import { median, spread } from './statistics.js';
import { Tracer } from './tracer.js';
import type { Work } from './workload.js';

/** What is to be measured with and without a tracer. */
export interface Pairing {
  what: string;
  source: (typeof sources)[number];
  args: readonly string[];
  /** Workloads that run at the same time. */
  work(): Promise<Work[]>;
  /** Records that one repetition makes. */
  recordsEach: number;
}

interface Side {
  /** What is measured. */
  works: Work[];
  /** Events that the tracer says it has lost. */
  lost: number;
}

/**
 * Interleaved pairs, with the tracer first in every other one, so that whatever else this machine does hits both
 * sides alike. `directory` is for the traces.
 * @throws Error when a record is neither there nor said to be lost
 */
export async function addedTime(pairing: Pairing, pairs: number, directory: string): Promise<Figure[]> {
  const bare: Side[] = [];
  const traced: Side[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const file = `${directory}/${pairing.what.replaceAll(/\W+/g, '-')}-${pair}`;
    if (pair % 2 === 0) bare.push(await bareSide(pairing));
    traced.push(await tracedSide(pairing, file));
    if (pair % 2 === 1) bare.push(await bareSide(pairing));
  }
  const added = (clock: Clock) =>
    traced.map((side, pair) => eachUs(side, clock) - eachUs(bare[pair]!, clock));
  const untraced = (clock: Clock) => ({
    name: 'all of it, untraced',
    value: median(bare.map(side => eachUs(side, clock))),
  });
  const figure = (what: string, clock: Clock): Figure => ({
    what: `${pairing.what}: ${what}`,
    value: median(added(clock)),
    unit: 'us',
    peer: untraced(clock),
    spread: spread(added(clock)),
  });
  return [
    figure('added', 'wall_ns'),
    figure('added CPU', 'cpu_ns'),
    { what: `${pairing.what}: lost`, value: sum(traced.map(({ lost }) => lost)), unit: '' },
  ];
}

/** The first round is not measured: a tracer on a host has been running for longer than its compiler needs. */
async function bareSide({ work }: Pairing): Promise<Side> {
  await work();
  return { works: await work(), lost: 0 };
}

async function tracedSide({ what, source, args, work, recordsEach }: Pairing, file: string): Promise<Side> {
  const tracer = await Tracer.start(source, args, file);
  const warmUps = await work();
  const works = await work();
  const records = await tracer.stop();
  const lost = sum(records.filter(({ type }) => type === 'lost').map(({ count }) => count as number));
  for (const { pid, count } of [...warmUps, ...works]) {
    const seen = records.filter(record => record.pid === pid).length;
    if (seen + lost < count * recordsEach) {
      throw new Error(`${what}: ${seen} records and ${lost} lost of ${count} times ${recordsEach}`);
    }
  }
  return { works, lost };
}

type Clock = 'wall_ns' | 'cpu_ns';

/** Mean over the workloads of the microseconds that one repetition took. */
function eachUs({ works }: Side, clock: Clock): number {
  return sum(works.map(work => work[clock] / work.count)) / works.length / 1000;
}
