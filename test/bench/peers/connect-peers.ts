import { runBesidePeers } from '../../bcc/peers-guest.js';
import { root } from '../../lib/command.js';
import type { Figure, Question } from '../question.js';
import { median, spread } from '../statistics.js';
import { compiled } from '../workload.js';
import type { Cost, Measures } from './guest.js';
import type { ToolName } from './peer-tracer.js';

/** Seconds. */
const guestTimeout = 3600;

export const connectPeers: Question = {
  name: 'connect-peers',
  asks: 'what tcpconnect and those of libbpf-tools, bcc and bpftrace add, lose and take, in a guest with Linux 6.1',
  isLive: false,
  isInGuest: true,
  async run({ quick, directory, scope }) {
    const stop = new AbortController();
    scope.after(async () => stop.abort());
    const [rounds, seconds] = quick ? [1, 1] : [3, 10];
    const guest = `test/dist/bench/peers/guest.js '${compiled('storm', directory)}' ${rounds} ${seconds}`;
    const script = `cd '${root}' && TCPPIPE_SLOWNESS=60 '${process.execPath}' ${guest}\n`;
    const { code, output } = await runBesidePeers(script, guestTimeout, stop.signal, ['bpftrace']);
    if (code !== 0) throw new Error(output);
    const measures: Record<ToolName, Measures> = JSON.parse(output.trimEnd().split('\n').at(-1)!);
    return figures(measures);
  },
};

function figures(measures: Record<ToolName, Measures>): Figure[] {
  const of = (costs: readonly Cost[], clock: keyof Cost) => costs.map(cost => cost[clock]);
  const beside = (value: number) => ({ name: 'libbpf-tools', value });
  const added = (name: string, clock: keyof Cost, what: string): Figure => {
    const all = of(measures[name as ToolName].added, clock);
    const peer = beside(median(of(measures['libbpf-tools'].added, clock)));
    return { what: `${name}: ${what}`, value: median(all), spread: spread(all), unit: 'us', peer };
  };
  const { firstRowMs, rss } = measures['libbpf-tools'];
  return Object.entries(measures).flatMap(([name, { bare, made, rows, rate, ...start }]): Figure[] => [
    { what: `${name}: first row`, value: start.firstRowMs, unit: 'ms', peer: beside(firstRowMs) },
    { what: `${name}: RSS`, value: start.rss / 1e6, unit: 'MB', peer: beside(rss / 1e6) },
    { what: `${name}: a connect without it`, value: median(of(bare, 'wallUs')), unit: 'us' },
    added(name, 'wallUs', 'added'),
    added(name, 'cpuUs', 'added CPU'),
    { what: `${name}: rate of the flood`, value: rate, unit: '/s' },
    { what: `${name}: lost`, value: made - rows, unit: '', peer: { name: 'made', value: made } },
  ]);
}
