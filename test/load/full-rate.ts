import { availableParallelism } from 'node:os';
import { LivePipe } from '../bench/live-pipe.js';
import { sum } from '../bench/process.js';
import type { Question } from '../bench/question.js';
import { compiled, type Flood, flood } from '../bench/workload.js';

const ms = 1e6;

export const fullRate: Question = {
  name: 'load',
  asks: 'connects as fast as they go on every core, the live pipe writing a file on the same cores',
  isLive: true,
  async run(bench) {
    const { quick, directory } = bench;
    const storm = compiled('storm', directory);
    const seconds = quick ? 1 : 60;
    // A flood ends with an error at the first connect that is not refused as it should be.
    const floods = () =>
      Promise.all(Array.from({ length: availableParallelism() }, () => flood(storm, seconds)));
    const bare = await floods();
    const pipe = await LivePipe.start(bench);
    const traced = await floods();
    await pipe.settled();
    await pipe.stop();
    const lost = pipe.lostBy('tcpsource');
    const made = sum(traced.map(({ count }) => count));
    const rows = await pipe.rowsOf(traced.map(({ pid }) => pid));
    const untraced = (figure: (floods: readonly Flood[]) => number) => ({
      name: 'untraced',
      value: figure(bare),
    });
    const slowest = (floods: readonly Flood[]) =>
      Math.max(...floods.map(({ slowest_ns }) => slowest_ns)) / ms;
    const sleeps = (floods: readonly Flood[]) => sum(floods.map(flood => flood.sleeps));
    return [
      {
        what: `connects in ${seconds} s, each refused as it should be`,
        value: made,
        unit: '',
        peer: untraced(floods => sum(floods.map(({ count }) => count))),
      },
      {
        what: 'connects made, less rows and lost',
        value: made - rows - lost,
        unit: '',
        bound: { exactly: 0 },
      },
      { what: 'of them lost', value: lost, unit: '', bound: { atMost: 0 } },
      { what: 'joined early, as too much waited', value: pipe.early, unit: '', bound: { atMost: 0 } },
      { what: 'slowest connect', value: slowest(traced), unit: 'ms', peer: untraced(slowest) },
      {
        what: 'times that a connect waited',
        value: sleeps(traced),
        unit: '',
        peer: untraced(sleeps),
        bound: { atMost: 0 },
      },
    ];
  },
};
