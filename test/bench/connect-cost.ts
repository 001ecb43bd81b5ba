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
    const kinds = [
      { kind: 'refused', storm: refused, args: [], recordsEach: 1 },
      // connect, established, accept, and a close of either end
      { kind: 'accepted and closed, -e all', storm: accepted, args: ['-e', 'all'], recordsEach: 5 },
    ];
    const pairings = kinds.flatMap(({ kind, storm, ...rest }): Pairing[] => [
      { ...rest, source: 'tcpsource', what: `${kind}, one storm`, work: async () => [await storm()] },
      {
        ...rest,
        source: 'tcpsource',
        what: `${kind}, a storm on each core`,
        work: () => Promise.all([storm(), storm()]),
      },
    ]);
    const figures = [];
    for (const pairing of pairings) figures.push(...(await addedTime(pairing, quick ? 1 : 12, directory)));
    return figures;
  },
};
