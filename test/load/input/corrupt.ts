import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Figure, Question } from '../../bench/question.js';
import { recorded } from '../../bench/records.js';
import { median } from '../../bench/statistics.js';
import { compiled } from '../../bench/workload.js';
import { filters } from '../../lib/command.js';
import { badLines, type Fault } from './bad-lines.js';
import { type FilterRun, filterRun } from './filter-run.js';

/** One bad line after so many good ones. */
const goodPerBad = 99;
const args = { tcpjoin: ['--pass-dns'], tcpcount: [], tcpfmt: ['-t'] };

export const corrupt: Question = {
  name: 'corrupt',
  asks: 'what a filter makes of a log in which one line of a hundred is no record, each in another way',
  isLive: false,
  async run({ quick, directory }) {
    const measure = compiled('measure', directory);
    const clean = recorded(`${directory}/clean`, quick ? 9900 : 990_000, 'long-lived').path;
    const dirty = `${directory}/dirty`;
    const faults = await spoil(clean, dirty);
    const figures: Figure[] = [];
    for (const filter of filters) {
      const runs = { clean: [] as FilterRun[], dirty: [] as FilterRun[] };
      for (let left = quick ? 1 : 5; left > 0; left--) {
        runs.clean.push(await filterRun(measure, filter, [...args[filter], clean]));
        runs.dirty.push(await filterRun(measure, filter, [...args[filter], dirty]));
      }
      const cpu = (side: FilterRun[]) => median(side.map(({ cpu_ns }) => cpu_ns));
      const isSame = runs.dirty.every(({ code, sha256 }) => code === 0 && sha256 === runs.clean[0]!.sha256);
      const all = [...faults.values()].reduce((sum, count) => sum + count, 0);
      figures.push(
        { what: `${filter}: bad lines`, value: all, unit: '' },
        {
          what: `${filter}: the same output as without them, and 0`,
          value: Number(isSame),
          unit: '',
          bound: { exactly: 1 },
        },
        {
          what: `${filter}: kinds of bad lines counted wrongly`,
          value: wrongCounts(runs.dirty[0]!.stderr, faults),
          unit: '',
          bound: { exactly: 0 },
        },
        {
          what: `${filter}: CPU time beyond that without them`,
          value: (cpu(runs.dirty) / cpu(runs.clean) - 1) * 100,
          unit: '%',
          bound: { atMost: 10 },
        },
      );
    }
    return figures;
  },
};

/** Copies a file with bad lines in between, and gives their number by fault. */
async function spoil(clean: string, dirty: string): Promise<Map<Fault, number>> {
  const faults = new Map<Fault, number>();
  async function* lines() {
    let [block, count] = ['', 0];
    for await (const line of createInterface(createReadStream(clean))) {
      block += `${line}\n`;
      if (++count % goodPerBad !== 0) continue;
      const bad = badLines[(count / goodPerBad) % badLines.length]!;
      faults.set(bad.fault, (faults.get(bad.fault) ?? 0) + 1);
      yield Buffer.concat([Buffer.from(block), bad.of(line), Buffer.from('\n')]);
      block = '';
    }
    yield Buffer.from(block);
  }
  await pipeline(Readable.from(lines()), createWriteStream(dirty));
  return faults;
}

function wrongCounts(stderr: string, faults: ReadonlyMap<Fault, number>): number {
  return [...faults].filter(([fault, count]) => !new RegExp(`\\b${count} ${fault}\\b`).test(stderr)).length;
}
