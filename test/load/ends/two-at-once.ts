import type { AnyRecord } from '@tcppipe/events';
import type { Figure, Question } from '../../bench/question.js';
import { HeldSource } from '../held-source.js';
import { streams } from '../streams.js';

/** For all that is made at once. */
const roomy = '--ring-size 33554432';

export const twoAtOnce: Question = {
  name: 'two',
  asks: 'whether two of the same source at once both see everything, and the same',
  isLive: true,
  async run(bench) {
    const figures: Figure[] = [];
    for (const { source, filter, make } of streams(bench)) {
      const tracers = [
        await HeldSource.start(bench, source, `${filter} ${roomy}`),
        await HeldSource.start(bench, source, `${filter} ${roomy}`),
      ];
      const made = await make();
      const counts = [];
      for (const tracer of tracers) {
        const code = await tracer.end('SIGTERM');
        if (code !== 0) throw new Error(`${source} ended with ${code}: ${tracer.messages}`);
        counts.push(await contents(tracer));
      }
      const [first, second] = counts as [Map<string, number>, Map<string, number>];
      const total = (count: Map<string, number>) =>
        [...count.values()].reduce((sum, number) => sum + number, 0);
      figures.push(
        { what: `${source}: events made`, value: made, unit: '' },
        {
          what: `${source}: of them not in the first`,
          value: made - total(first),
          unit: '',
          bound: { exactly: 0 },
        },
        {
          what: `${source}: records of one that the other does not have`,
          value:
            [...first].filter(([text, number]) => second.get(text) !== number).length +
            Math.abs(total(first) - total(second)),
          unit: '',
          bound: { exactly: 0 },
        },
      );
    }
    return figures;
  },
};

/** How often each record came, without what belongs to the process that wrote it. */
async function contents(tracer: HeldSource): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const record of tracer.records()) {
    const text = JSON.stringify(withoutOwn(record));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

/** Each tracer has its own clock readings, and numbers of its own. */
function withoutOwn({ ts, mono_us, run, seq, rtt_ms, ...rest }: AnyRecord): AnyRecord {
  return rest;
}
