import { setTimeout as sleep } from 'node:timers/promises';
import { LivePipe } from './live-pipe.js';
import { activityOf, commandName, sum } from './process.js';
import type { Figure, Question } from './question.js';

export const idle: Question = {
  name: 'idle',
  asks: 'what the live pipe does while nobody connects',
  isLive: true,
  async run(bench) {
    const { quick } = bench;
    const seconds = quick ? 0.5 : 5;
    const pipe = await LivePipe.start(bench);
    await pipe.settled();
    const { pids } = pipe;
    const names = pids.map(commandName);
    const before = pids.map(activityOf);
    await sleep(seconds * 1000);
    const after = pids.map(activityOf);
    await pipe.stop();
    const wakeUps = pids.map((_, i) => (after[i]!.sleeps - before[i]!.sleeps) / seconds);
    const cpuMs = sum(pids.map((_, i) => (after[i]!.cpuNs - before[i]!.cpuNs) / 1e6));
    return [
      { what: 'pipe, CPU', value: cpuMs / seconds, unit: 'ms/s' },
      ...names.map((name, i): Figure => ({ what: `${name}, wake-ups`, value: wakeUps[i]!, unit: '/s' })),
    ];
  },
};
