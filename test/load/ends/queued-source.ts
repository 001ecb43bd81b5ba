import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, Question } from '../../bench/question.js';
import { closedPort, compiled, work } from '../../bench/workload.js';
import { signalTaken } from '../../lib/process-state.js';
import { HeldSource } from '../held-source.js';

/** More than 10 MB of records; of two processes each, nobody reaches the rate. */
const connects = 20_000;
const atOnce = 1e9;
const roomy = '--ring-size 33554432';
const MB = 1e6;

export const queuedSource: Question = {
  name: 'queued',
  asks: 'what is left of 10 MB that a slow reader has not taken when a source is told to end, once or twice',
  isLive: true,
  async run(bench) {
    const storm = compiled('storm', bench.directory);
    const figures: Figure[] = [];
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      figures.push(...(await toldOnce(bench, storm, signal)), ...(await toldTwice(bench, storm, signal)));
    return figures;
  },
};

/** A source with all connects in its pipe, its queue and its ring: its reader stands still. */
async function queued(bench: Bench, storm: string): Promise<{ tracer: HeldSource; made: number }> {
  const tracer = await HeldSource.start(bench, 'tcpsource', `-P ${closedPort} ${roomy}`);
  tracer.hold();
  const burst = () => work(storm, 'paced', closedPort, connects, atOnce);
  const [a, b] = await Promise.all([burst(), burst()]);
  return { tracer, made: a.count + b.count };
}

async function toldOnce(bench: Bench, storm: string, signal: NodeJS.Signals): Promise<Figure[]> {
  const { tracer, made } = await queued(bench, storm);
  const before = tracer.bytes;
  const ended = tracer.end(signal);
  const slowly = takenSlowly(tracer, ended);
  const code = await ended;
  await slowly;
  const { written, lost, isWhole } = await tracer.account();
  const what = (words: string) => `${signal}: ${words}`;
  return [
    { what: what('written after it'), value: (tracer.bytes - before) / MB, unit: 'MB' },
    { what: what('events less records'), value: made - written - lost, unit: '', bound: { exactly: 0 } },
    { what: what('lost'), value: lost, unit: '', bound: { exactly: 0 } },
    { what: what('last byte is a newline'), value: Number(isWhole), unit: '', bound: { exactly: 1 } },
    { what: what('exit code'), value: code, unit: '', bound: { exactly: 0 } },
  ];
}

/** Lets the reader read for a moment now and then. */
async function takenSlowly(tracer: HeldSource, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    tracer.release();
    await Promise.race([sleep(5), over]);
    if (isOver) return;
    tracer.hold();
    await sleep(20);
  }
}

async function toldTwice(bench: Bench, storm: string, signal: 'SIGTERM' | 'SIGINT'): Promise<Figure[]> {
  const { tracer } = await queued(bench, storm);
  process.kill(tracer.pid, signal);
  await signalTaken(tracer.pid, signal);
  const started = performance.now();
  process.kill(tracer.pid, signal);
  await tracer.gone();
  const ms = performance.now() - started;
  tracer.release();
  const code = await tracer.ended();
  const { isWhole } = await tracer.account();
  const what = (words: string) => `${signal} twice: ${words}`;
  return [
    { what: what('time to the end'), value: ms, unit: 'ms', bound: { atMost: 1000 } },
    { what: what('last byte is a newline'), value: Number(isWhole), unit: '', bound: { exactly: 1 } },
    { what: what('exit code'), value: code, unit: '', bound: { exactly: signal === 'SIGINT' ? 130 : 143 } },
  ];
}
