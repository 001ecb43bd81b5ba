import type { Bench, Figure, Question } from '../bench/question.js';
import { HeldSource } from './held-source.js';
import { type Stream, streams } from './streams.js';

/** The smallest that there is: some hundreds of events. */
const smallRing = '--ring-size 65536';

export const ledger: Question = {
  name: 'ledger',
  asks: 'whether what a source has written and what it says it has lost add up to what happened',
  isLive: true,
  async run(bench) {
    const figures = [];
    for (const stream of streams(bench))
      figures.push(...(await heldFigures(bench, stream)), ...(await busyFigures(bench, stream)));
    return figures;
  },
};

/** The reader stands still in every other round, so that some rounds lose nearly all; counters are read after each. */
async function heldFigures(bench: Bench, { source, filter, make }: Stream): Promise<Figure[]> {
  const rounds = bench.quick ? 6 : 50;
  const tracer = await HeldSource.start(bench, source, `${filter} ${smallRing} --strict`);
  let made = 0;
  let difference = 0;
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) tracer.hold();
    made += await make();
    tracer.release();
    const { written, lost } = await tracer.settledCounters();
    difference = Math.max(difference, Math.abs(made - written - lost));
  }
  const code = await tracer.end('SIGTERM');
  const { written, lost, holes } = await tracer.account();
  if (lost === 0) throw new Error(`${source}: a small ring and a reader that stands still must lose`);
  const what = (words: string) => `${source}, reader held and released: ${words}`;
  return [
    { what: what('events made'), value: made, unit: '' },
    { what: what('of them lost'), value: lost, unit: '' },
    { what: what(`off at SIGUSR1, ${rounds} times`), value: difference, unit: '', bound: { exactly: 0 } },
    { what: what('off at exit'), value: made - written - lost, unit: '', bound: { exactly: 0 } },
    { what: what('seq holes less lost'), value: holes, unit: '', bound: { exactly: 0 } },
    { what: what('exit code with --strict'), value: code, unit: '', bound: { exactly: 1 } },
    {
      what: what('last line says as many lost'),
      value: Number(/(\d+) events lost[^\n]*\n$/.exec(tracer.messages)?.[1] ?? 0) - lost,
      unit: '',
      bound: { exactly: 0 },
    },
  ];
}

/** The reader reads as fast as it can, and events come faster than a small ring holds. */
async function busyFigures(bench: Bench, { source, filter, make }: Stream): Promise<Figure[]> {
  const tracer = await HeldSource.start(bench, source, `${filter} ${smallRing}`);
  let made = 0;
  for (let round = 0; round < (bench.quick ? 5 : 50); round++) made += await make();
  await tracer.end('SIGINT');
  const { written, lost, holes, slowestLossUs } = await tracer.account();
  const what = (words: string) => `${source}, small ring: ${words}`;
  return [
    { what: what('events made'), value: made, unit: '' },
    { what: what('of them lost'), value: lost, unit: '' },
    { what: what('off at exit'), value: made - written - lost, unit: '', bound: { exactly: 0 } },
    { what: what('seq holes less lost'), value: holes, unit: '', bound: { exactly: 0 } },
    {
      what: what('from the event before a loss to its lost record, longest'),
      value: slowestLossUs / 1000,
      unit: 'ms',
      bound: { atMost: 1000 },
    },
  ];
}
