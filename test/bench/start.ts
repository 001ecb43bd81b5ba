import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { programOf } from '../lib/command.js';
import { LivePipe } from './live-pipe.js';
import { ended } from './process.js';
import type { Figure, Question } from './question.js';
import { median, spread } from './statistics.js';

export const filterStart: Question = {
  name: 'filter-start',
  asks: 'how long a filter takes to answer --help',
  isLive: false,
  async run({ quick }) {
    return besideBareNode(quick ? 1 : 10, [
      ['tcpfmt --help', () => untilEnd([programOf('tcpfmt'), '--help'])],
      ['tcpfmt of nothing', () => untilEnd([programOf('tcpfmt'), '/dev/null'])],
    ]);
  },
};

export const liveStart: Question = {
  name: 'live-start',
  asks: 'how long tracing takes to begin',
  isLive: true,
  async run(bench) {
    let pipes = 0;
    return besideBareNode(bench.quick ? 1 : 10, [
      ['tcpsource, ready', () => untilOutput([programOf('tcpsource'), '--ready'])],
      ['dnssource, ready', () => untilOutput([programOf('dnssource'), '--ready'])],
      [
        'pipe, first row',
        async () => {
          const pipe = await LivePipe.start(bench, `rows-${pipes++}`);
          await pipe.stop();
          return pipe.firstRowMs;
        },
      ],
    ]);
  },
};

type Timed = readonly [what: string, takeMs: () => Promise<number>];

/** Medians of interleaved repetitions, with `node -e 0` among them. */
async function besideBareNode(repetitions: number, timed: readonly Timed[]): Promise<Figure[]> {
  const peer: Timed = ['node -e 0', () => untilEnd(['-e', '0'])];
  const times = [peer, ...timed].map(([what, takeMs]) => ({ what, takeMs, ms: [] as number[] }));
  for (let i = 0; i < repetitions; i++) for (const { ms, takeMs } of times) ms.push(await takeMs());
  const [bare, ...rest] = times.map(({ what, ms }) => ({ what, value: median(ms), spread: spread(ms) }));
  return rest.map(figure => ({ ...figure, unit: 'ms', peer: { name: bare!.what, value: bare!.value } }));
}

async function untilEnd(args: string[]): Promise<number> {
  const started = performance.now();
  await ended(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }));
  return performance.now() - started;
}

/** Milliseconds until the first output of a source, which is then ended. */
async function untilOutput(args: string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  await once(child.stdout, 'readable');
  const ms = performance.now() - started;
  child.stdout.resume();
  child.kill('SIGTERM');
  await closed;
  return ms;
}
