import { runBesidePeers } from '../../bcc/peers-guest.js';
import { root } from '../../lib/command.js';
import type { Figure, Question } from '../question.js';
import { compiled } from '../workload.js';
import type { Measures } from './guest.js';
import type { ToolName } from './peer-tracer.js';

/** Seconds. */
const guestTimeout = 2400;

export const connectPeers: Question = {
  name: 'connect-peers',
  asks: 'what tcpconnect, that of libbpf-tools and that of bcc add to a connect and lose, in a guest with Linux 6.1',
  isLive: false,
  isInGuest: true,
  async run({ quick, directory, scope }) {
    const stop = new AbortController();
    scope.after(async () => stop.abort());
    const [rounds, seconds] = quick ? [1, 1] : [3, 10];
    const guest = `test/dist/bench/peers/guest.js '${compiled('storm', directory)}' ${rounds} ${seconds}`;
    const script = `cd '${root}' && TCPPIPE_SLOWNESS=60 '${process.execPath}' ${guest}\n`;
    const { code, output } = await runBesidePeers(script, guestTimeout, stop.signal);
    if (code !== 0) throw new Error(output);
    const measures: Record<ToolName, Measures> = JSON.parse(output.trimEnd().split('\n').at(-1)!);
    return figures(measures);
  },
};

function figures(measures: Record<ToolName, Measures>): Figure[] {
  const libbpf = measures['libbpf-tools'];
  return Object.entries(measures).flatMap(
    ([name, { bareUs, addedUs, spreadUs, made, rows, rate }]): Figure[] => [
      {
        what: `${name}: added to a connect`,
        value: addedUs,
        spread: spreadUs,
        unit: 'us',
        peer: { name: 'libbpf-tools adds', value: libbpf.addedUs },
      },
      { what: `${name}: a connect without it`, value: bareUs, unit: 'us' },
      { what: `${name}: rate of the flood`, value: rate, unit: '/s' },
      { what: `${name}: lost`, value: made - rows, unit: '', peer: { name: 'made', value: made } },
    ],
  );
}
