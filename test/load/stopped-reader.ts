import { readFileSync } from 'node:fs';
import { memoryOf } from '../bench/process.js';
import type { Question } from '../bench/question.js';
import { closedPort, compiled, work } from '../bench/workload.js';
import { eventually } from '../lib/deadline.js';
import { HeldSource } from './held-source.js';

const rate = 20_000;
const MiB = 1024 ** 2;
/** Often enough to ask also while what has waited is read. */
const sampleMs = 20;

export const stoppedReader: Question = {
  name: 'stopped',
  asks: 'what a source holds while its reader stands still at 20,000 events a second, and how soon it is back',
  isLive: true,
  async run(bench) {
    const storm = compiled('storm', bench.directory);
    const paced = (seconds: number) => work(storm, 'paced', closedPort, rate * seconds, rate);
    const tracer = await HeldSource.start(bench, 'tcpsource', `-P ${closedPort}`);
    const [usual, still, after] = bench.quick ? [1, 2, 1] : [10, 30, 5];
    let made = (await paced(usual!)).count;

    const before = memoryOf(tracer.pid).rss;
    let most = before;
    tracer.hold();
    const watch = setInterval(() => {
      process.kill(tracer.pid, 'SIGUSR1'); // who asks how it stands does not make it hold more
      most = Math.max(most, memoryOf(tracer.pid).rss);
    }, sampleMs);
    made += (await paced(still!)).count;
    const saysSo = await tracer.saysOthersWait();
    const later = paced(after!);
    const releasedUs = bootUs();
    tracer.release();
    const back = await eventually(
      () => (tracer.latestUs > releasedUs ? bootUs() : undefined),
      () => 'an event from after the release',
    );
    made += (await later).count;
    clearInterval(watch);

    await tracer.end('SIGTERM');
    const { written, lost, holes } = await tracer.account();
    return [
      { what: `connects made, the reader still for ${still} s`, value: made, unit: '' },
      { what: 'of them lost', value: lost, unit: '' },
      {
        what: 'says at SIGUSR1 that events wait in the kernel',
        value: Number(saysSo),
        unit: '',
        bound: { exactly: 1 },
      },
      { what: 'off at exit', value: made - written - lost, unit: '', bound: { exactly: 0 } },
      { what: 'seq holes less lost', value: holes, unit: '', bound: { exactly: 0 } },
      { what: 'growth of RSS', value: (most - before) / MiB, unit: 'MiB', bound: { atMost: 16 } },
      {
        what: 'from the release to an event that is newer',
        value: (back - releasedUs) / 1000,
        unit: 'ms',
        bound: { atMost: 1000 },
      },
    ];
  },
};

/** Microseconds since boot, to a hundredth of a second. */
function bootUs(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6;
}
