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

/**
 * Interleaved pairs, with the tracer first in every other one, so that whatever else this machine does hits both
 * sides alike. `directory` is for the traces.
 * @throws Error when a traced repetition left no record
 */
export async function addedTime(pairing: Pairing, pairs: number, directory: string): Promise<Figure[]> {
  const bare: number[] = [];
  const added: number[] = [];
  const addedCpu: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const trace = () => traced(pairing, `${directory}/${pairing.what.replaceAll(/\W+/g, '-')}-${pair}`);
    const [first, second] = pair % 2 === 0 ? [pairing.work, trace] : [trace, pairing.work];
    const sides = [await first(), await second()] as const;
    const [without, within] = pair % 2 === 0 ? sides : [sides[1], sides[0]];
    bare.push(eachUs(without, 'wall_ns'));
    added.push(eachUs(within, 'wall_ns') - eachUs(without, 'wall_ns'));
    addedCpu.push(eachUs(within, 'cpu_ns') - eachUs(without, 'cpu_ns'));
  }
  const untraced = { name: 'all of it, untraced', value: median(bare) };
  return [
    {
      what: `${pairing.what}: added`,
      value: median(added),
      unit: 'us',
      peer: untraced,
      spread: spread(added),
    },
    { what: `${pairing.what}: added CPU`, value: median(addedCpu), unit: 'us', spread: spread(addedCpu) },
  ];
}

async function traced({ what, source, args, work, recordsEach }: Pairing, file: string): Promise<Work[]> {
  const tracer = await Tracer.start(source, args, file);
  const works = await work();
  const records = await tracer.stop();
  for (const { pid, count } of works) {
    const seen = records.filter(record => record.pid === pid).length;
    if (seen < count * recordsEach)
      throw new Error(`${what}: ${seen} records of ${count} times ${recordsEach}`);
  }
  return works;
}

/** Mean over the workloads of the microseconds that one repetition took. */
function eachUs(works: readonly Work[], clock: 'wall_ns' | 'cpu_ns'): number {
  return sum(works.map(work => work[clock] / work.count)) / works.length / 1000;
}
