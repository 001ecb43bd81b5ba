import { addedTime, type Pairing } from './pairs.js';
import type { Question } from './question.js';
import { closedPort, compiled, work } from './workload.js';

export const connectCost: Question = {
  name: 'connect-cost',
  asks: 'how much longer a blocking connect over loopback takes while tcpsource traces into a file',
  isLive: true,
  async run({ quick, directory }) {
    const storm = compiled('storm', directory);
    const count = quick ? 200 : 20_000;
    const refused = () => work(storm, 'refused', closedPort, count);
    const accepted = () => work(storm, 'accepted', 0, count);
    const connects = { source: 'tcpsource', args: [], recordsEach: 1 } as const;
    const pairings: Pairing[] = [
      { ...connects, what: 'refused, one storm', work: async () => [await refused()] },
      { ...connects, what: 'refused, a storm on each core', work: () => Promise.all([refused(), refused()]) },
      {
        what: 'accepted and closed, -e all',
        source: 'tcpsource',
        args: ['-e', 'all'],
        work: async () => [await accepted()],
        recordsEach: 5, // connect, established, accept, and a close of either end
      },
    ];
    const figures = [];
    for (const pairing of pairings) figures.push(...(await addedTime(pairing, quick ? 1 : 12, directory)));
    return figures;
  },
};
