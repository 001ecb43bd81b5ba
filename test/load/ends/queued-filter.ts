import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import type { Bench, Figure, Question } from '../../bench/question.js';
import { recorded } from '../../bench/records.js';
import { Child } from '../../lib/child.js';
import { Command } from '../../lib/command.js';
import { run } from '../../lib/namespaces.js';
import { stalled } from '../../lib/process-state.js';

/** Each in a way in which it writes one line for each that it reads. */
const invocations = { tcpjoin: ['--pass-dns'], tcpfmt: ['-F', 'csv', '--no-header'] } as const;
const records = 40_000;

export const queuedFilter: Question = {
  name: 'accepted',
  asks: 'whether a filter that is told to end writes a line for all that it has read of 10 MB, to a slow reader',
  isLive: false,
  async run(bench) {
    const input = recorded(`${bench.directory}/records`, records, 'connects').path;
    const figures: Figure[] = [];
    for (const filter of ['tcpjoin', 'tcpfmt'] as const)
      figures.push(...(await figuresOf(bench, filter, input)));
    return figures;
  },
};

async function figuresOf(
  { scope, directory }: Bench,
  filter: keyof typeof invocations,
  input: string,
): Promise<Figure[]> {
  const [fifo, out] = [`${directory}/${filter}.fifo`, `${directory}/${filter}.out`];
  run('mkfifo', fifo);
  const outFd = openSync(out, 'ax');
  const reader = new Child(scope, 'cat', ['cat', fifo], { stdio: ['ignore', outFd, 'inherit'] });
  const stdin = openSync(input, 'r');
  const stdout = openSync(fifo, 'w');
  reader.process.kill('SIGSTOP');
  const command = new Command(scope, filter, invocations[filter], { stdio: [stdin, stdout, 'pipe'] });
  closeSync(stdout);
  await stalled(command.pid);
  command.process.kill('SIGTERM');
  reader.process.kill('SIGCONT');
  const { code } = await command.end();
  await reader.end();
  // The command reads through the same open file, so that its place is known here.
  const place = Number(/^pos:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${stdin}`, 'utf8'))![1]);
  for (const fd of [stdin, outFd]) closeSync(fd);
  const accepted = lines(readFileSync(input).subarray(0, place));
  const text = readFileSync(out);
  if (place === statSync(input).size)
    throw new Error(`${filter} had read everything before it was told to end`);
  return [
    { what: `${filter}: lines read`, value: accepted, unit: '' },
    {
      what: `${filter}: lines read, less lines written`,
      value: accepted - lines(text),
      unit: '',
      bound: { exactly: 0 },
    },
    {
      what: `${filter}: last byte is a newline`,
      value: Number(text.at(-1) === 0x0a),
      unit: '',
      bound: { exactly: 1 },
    },
    { what: `${filter}: exit code`, value: Number(code), unit: '', bound: { exactly: 0 } },
  ];
}

/** Whole ones. */
function lines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}
