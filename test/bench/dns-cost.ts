import { addedTime } from './pairs.js';
import type { Question } from './question.js';
import { compiled, work } from './workload.js';

export const dnsCost: Question = {
  name: 'dns-cost',
  asks: 'how much longer a query and its answer over loopback UDP take while dnssource traces into a file',
  isLive: true,
  async run({ quick, directory }) {
    const exchange = compiled('exchange', directory);
    const asked = async () => [await work(exchange, quick ? 200 : 5000)];
    const pairing = {
      what: 'query and answer',
      source: 'dnssource',
      args: [],
      work: asked,
      recordsEach: 1,
    } as const;
    return addedTime(pairing, quick ? 1 : 30, directory);
  },
};
