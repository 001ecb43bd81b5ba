import { LivePipe } from './live-pipe.js';
import { activityOf, commandName, sum } from './process.js';
import type { Question } from './question.js';
import { compiled, flood } from './workload.js';

export const loss: Question = {
  name: 'loss',
  asks: 'what the whole pipe loses while two processes connect as fast as they can',
  isLive: true,
  async run(bench) {
    const { quick, directory } = bench;
    const storm = compiled('storm', directory);
    const seconds = quick ? 0.3 : 10;
    const pipe = await LivePipe.start(bench);
    const { pids } = pipe;
    const before = pids.map(pid => activityOf(pid).cpuNs);
    const works = await Promise.all([flood(storm, seconds), flood(storm, seconds)]);
    await pipe.settled();
    const names = pids.map(commandName);
    const cpuNs = pids.map((pid, i) => activityOf(pid).cpuNs - before[i]!);
    await pipe.stop();
    const made = sum(works.map(({ count }) => count));
    const rows = await pipe.rowsOf(works.map(({ pid }) => pid));
    const lost = pipe.lostBy('tcpsource');
    if (made !== rows + lost) throw new Error(`${made} connects, but ${rows} rows and ${lost} lost`);
    return [
      { what: 'connects made', value: made, unit: '' },
      { what: 'rate', value: made / seconds, unit: '/s' },
      { what: 'rows', value: rows, unit: '' },
      { what: 'lost', value: lost, unit: '', peer: { name: 'made', value: made } },
      { what: 'joined early', value: pipe.early, unit: '' },
      ...names.map((name, i) => ({
        what: `${name}, CPU per connect`,
        value: cpuNs[i]! / made / 1000,
        unit: 'us',
      })),
    ];
  },
};
