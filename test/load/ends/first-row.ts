import { sum } from '../../bench/process.js';
import type { Bench, Figure, Question } from '../../bench/question.js';
import { closedPort, compiled, work } from '../../bench/workload.js';
import { eventually } from '../../lib/deadline.js';
import { Pipeline } from '../../lib/pipeline.js';

/** Says when its reader had gone, in seconds since the epoch. */
const line = `tcpsource -P ${closedPort} | tcpjoin --dns | tcpfmt -t | { head -1; exec 0<&-; date +%s.%N; }`;

interface End {
  /** From the end of the reader to the end of the last stage. */
  ms: number;
  /** Stages whose exit code is not 0. */
  failed: number;
  /** On stderr. */
  bytes: number;
}

export const firstRow: Question = {
  name: 'head',
  asks: 'how soon the live pipe is gone when `head -1` has had enough, busy and idle',
  isLive: true,
  async run(bench) {
    const storm = compiled('storm', bench.directory);
    const figures: Figure[] = [];
    for (const [isBusy, limit] of [
      [true, 200],
      [false, 1000],
    ] as const) {
      const ends = [];
      for (let left = bench.quick ? 1 : 10; left > 0; left--) ends.push(await ending(bench, storm, isBusy));
      const what = isBusy ? 'busy' : 'idle';
      const slowest = Math.max(...ends.map(({ ms }) => ms));
      figures.push(
        { what: `${what}: slowest of ${ends.length}`, value: slowest, unit: 'ms', bound: { atMost: limit } },
        {
          what: `${what}: exit codes other than 0`,
          value: sum(ends.map(({ failed }) => failed)),
          unit: '',
          bound: { exactly: 0 },
        },
        {
          what: `${what}: bytes on stderr`,
          value: sum(ends.map(({ bytes }) => bytes)),
          unit: '',
          bound: { exactly: 0 },
        },
      );
    }
    return figures;
  },
};

async function ending({ scope }: Bench, storm: string, isBusy: boolean): Promise<End> {
  const pipeline = new Pipeline(scope, line);
  let isOver = false;
  const storms = (async () => {
    while (!isOver) await work(storm, 'paced', closedPort, isBusy ? 500 : 1, 5000);
  })();
  const gone = await eventually(
    () => pipeline.lines[1],
    () => `the first row of ${line}; stderr: ${pipeline.stderr}`,
  );
  isOver = !isBusy;
  const { codes, stderr } = await pipeline.finish();
  const ms = performance.timeOrigin + performance.now() - Number(gone) * 1000;
  isOver = true;
  await storms;
  return { ms, failed: codes.filter(code => code !== 0).length, bytes: stderr.length };
}
