import type { Bench } from '../bench/question.js';
import { closedPort, compiled, work } from '../bench/workload.js';
import type { sources } from '../lib/command.js';
import { Netns } from '../lib/namespaces.js';

/** By each of two processes, and answers by one: more than a pipe, a queue and a small ring hold together. */
const connects = 5000;
const exchanges = 5000;
/** Connects per second that nobody reaches. */
const atOnce = 1e9;

/** Events of which a source sees all and no others: some at a time, counted by who makes them. */
export interface Stream {
  source: (typeof sources)[number];
  filter: string;
  make(): Promise<number>;
}

/** One for each source. */
export function streams({ directory, scope }: Bench): Stream[] {
  const [storm, exchange] = [compiled('storm', directory), compiled('exchange', directory)];
  const namespace = new Netns(scope);
  return [
    {
      source: 'tcpsource',
      filter: `-P ${closedPort}`,
      async make() {
        const burst = () => work(storm, 'paced', closedPort, connects, atOnce);
        const [a, b] = await Promise.all([burst(), burst()]);
        return a.count + b.count;
      },
    },
    {
      source: 'dnssource',
      filter: `-N ${namespace.inode}`,
      async make() {
        const [nsenter, ...args] = namespace.enter;
        return (await work(nsenter, ...args, exchange, exchanges, 0, 'here')).count;
      },
    },
  ];
}
