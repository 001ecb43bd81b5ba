import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LivePipe } from '../bench/live-pipe.js';
import { commandName, memoryOf } from '../bench/process.js';
import type { Figure, Question } from '../bench/question.js';
import { aligned } from '../bench/report.js';
import { closedPort, compiled, work } from '../bench/workload.js';
import { lowest, type Point, slopeOf } from './slope.js';

const connectsPerSecond = 900;
const answersPerSecond = 100;
/** The first half does not count: V8's compilers, its old generation and full tables take most of an hour to come to rest. */
const warmUpShare = 1 / 2;
/**
 * Points that the line is fitted to; each is the lowest of its stretch, which must be longer than from one collection of
 * garbage to the next: at this rate V8 lets minutes pass, and several megabytes gather, before it looks at what is old.
 */
const stretches = 10;
const samplesPerStretch = 48;

/** What one process held, at times since the start. */
interface Held {
  name: string;
  memory: Point[];
  descriptors: number[];
}

/** Events at a steady rate, and what grows meanwhile. `longSeconds`: duration of the long form. */
export function soak(longSeconds: number): Question {
  return {
    name: 'soak',
    asks: 'whether any process of the live pipe grows at 1,000 events a second, names and sockets among them that never come again',
    isLive: true,
    async run(bench) {
      const { quick, directory, tell } = bench;
      const seconds = quick ? 20 : longSeconds;
      const [storm, exchange] = [compiled('storm', directory), compiled('exchange', directory)];
      const pipe = await LivePipe.start(bench);
      const paced = Promise.all([
        work(storm, 'paced', closedPort, seconds * connectsPerSecond, connectsPerSecond),
        work(exchange, seconds * answersPerSecond, answersPerSecond, 'anew'),
      ]);
      const held = await watched(pipe.pids, seconds);
      const [connects] = await paced;
      await pipe.settled();
      await pipe.stop();
      const rows = await pipe.rowsOf([connects.pid]);
      const lost = pipe.lostBy('tcpsource');
      tell(curves(held));
      const warmUp = seconds * warmUpShare;
      return [
        { what: `connects made in ${seconds} s`, value: connects.count, unit: '' },
        {
          what: 'connects made, less rows and lost',
          value: connects.count - rows - lost,
          unit: '',
          bound: { exactly: 0 },
        },
        { what: 'of them lost', value: lost, unit: '', bound: { atMost: 0 } },
        ...held.flatMap(process => figuresOf(process, warmUp, (seconds - warmUp) / stretches)),
      ];
    },
  };
}

async function watched(pids: readonly number[], seconds: number): Promise<Held[]> {
  const held = pids.map((pid): Held => ({ name: commandName(pid), memory: [], descriptors: [] }));
  const samples = Math.ceil((stretches * samplesPerStretch) / (1 - warmUpShare));
  const pauseMs = (seconds * 1000) / samples;
  const start = performance.now();
  for (let sample = 1; sample <= samples; sample++) {
    await sleep(Math.max(0, start + sample * pauseMs - performance.now()));
    const at = (performance.now() - start) / 1000;
    for (const [i, pid] of pids.entries()) {
      held[i]!.memory.push({ at, value: memoryOf(pid).anonymous / 1e6 });
      held[i]!.descriptors.push(readdirSync(`/proc/${pid}/fd`).length);
    }
  }
  return held;
}

/** Anonymous memory over time, a line for each tenth of it. */
function curves(held: readonly Held[]): string {
  const samples = held[0]!.memory.length;
  const at = Array.from({ length: 11 }, (_, i) => Math.round(((samples - 1) * i) / 10));
  const rows = at.map(i => [
    held[0]!.memory[i]!.at.toFixed(0),
    ...held.map(({ memory }) => memory[i]!.value.toFixed(1)),
  ]);
  return aligned(['seconds', ...held.map(({ name }) => `${name}, MB`)], rows);
}

function figuresOf({ name, memory, descriptors }: Held, warmUp: number, stretch: number): Figure[] {
  const { perHour, error } = slopeOf(
    lowest(
      memory.filter(({ at }) => at > warmUp),
      stretch,
    ),
  );
  return [
    {
      what: `${name}: growth of anonymous memory`,
      value: perHour,
      unit: 'MB/h',
      spread: error,
      bound: { atMost: 1 },
    },
    { what: `${name}: anonymous memory at the end`, value: memory.at(-1)!.value, unit: 'MB' },
    {
      what: `${name}: descriptors, most less fewest`,
      value: Math.max(...descriptors) - Math.min(...descriptors),
      unit: '',
      bound: { exactly: 0 },
    },
  ];
}
