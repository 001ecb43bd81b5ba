import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LivePipe } from './live-pipe.js';
import { commandName, memoryOf, sum } from './process.js';
import type { Question } from './question.js';
import { closedPort, compiled, work } from './workload.js';

const MB = 1e6;

export const memory: Question = {
  name: 'memory',
  asks: 'what the live pipe holds after some traffic, every process of it',
  isLive: true,
  async run(bench) {
    const { quick, directory } = bench;
    const storm = compiled('storm', directory);
    const pipe = await LivePipe.start(bench);
    await work(storm, 'refused', closedPort, quick ? 200 : 20_000);
    await pipe.settled();
    const stages = pipe.pids.map(pid => ({ name: commandName(pid), ...memoryOf(pid) }));
    await pipe.stop();
    const bare = { name: 'bare node', value: (await bareNode()) / MB };
    return [
      { what: 'pipe, PSS of all processes', value: sum(stages.map(({ pss }) => pss)) / MB, unit: 'MB' },
      ...stages.map(({ name, rss }) => ({ what: `${name}, RSS`, value: rss / MB, unit: 'MB', peer: bare })),
    ];
  },
};

/** Resident bytes of Node with nothing to do. */
async function bareNode(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'console.log(); process.stdin.resume()']);
  await once(child.stdout, 'data');
  const { rss } = memoryOf(child.pid!);
  child.kill();
  return rss;
}
