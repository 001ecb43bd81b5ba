import { commandName, descendants } from '../../bench/process.js';
import type { Bench, Figure, Question } from '../../bench/question.js';
import { closedPort, compiled, work } from '../../bench/workload.js';
import { eventually } from '../../lib/deadline.js';
import { Pipeline } from '../../lib/pipeline.js';
import { isRunning } from '../../lib/process-state.js';

const killed = 128 + 9;
const line = `tcpsource -P ${closedPort} | tcpjoin --dns | tcpfmt -t`;

/** Exit codes of the three stages when one of the four processes was killed. */
const codesAfter = {
  tcpsource: [killed, 0, 0],
  tcpjoin: [0, killed, 0],
  tcpfmt: [0, 0, killed],
  dnssource: [0, 1, 0], // tcpjoin says that its own dnssource was killed, and fails
} as const;

export const neighbours: Question = {
  name: 'kill',
  asks: 'how soon, and with which codes, the rest of the live pipe ends when one process of it is killed (-9)',
  isLive: true,
  async run(bench) {
    const storm = compiled('storm', bench.directory);
    const figures: Figure[] = [];
    for (const name of Object.keys(codesAfter) as (keyof typeof codesAfter)[])
      for (const isBusy of bench.quick ? [false] : [false, true])
        figures.push(...(await killing(bench, storm, name, isBusy)));
    return figures;
  },
};

async function killing(
  { scope }: Bench,
  storm: string,
  name: keyof typeof codesAfter,
  isBusy: boolean,
): Promise<Figure[]> {
  const pipeline = new Pipeline(scope, line);
  await eventually(
    () => (pipeline.lines.length > 1 ? true : void work(storm, 'paced', closedPort, 1, 1000)),
    () => `the first row of ${line}; stderr: ${pipeline.stderr}`,
  );
  const pids = descendants(pipeline.pid);
  const victim = pids.find(pid => commandName(pid) === name)!;
  const busy = isBusy ? work(storm, 'flood', closedPort, 1) : undefined;
  const started = performance.now();
  process.kill(victim, 'SIGKILL');
  await eventually(
    () => (pids.some(isRunning) ? undefined : true),
    () => `the end of the processes of ${line}`,
  );
  const ms = performance.now() - started;
  const { codes } = await pipeline.finish();
  await busy;
  const wrong = codes.filter((code, stage) => code !== codesAfter[name][stage]);
  const what = `${name}, ${isBusy ? 'busy' : 'idle'}`;
  return [
    { what: `${what}: time until the others are gone`, value: ms, unit: 'ms', bound: { atMost: 1000 } },
    {
      what: `${what}: stages with another exit code than expected`,
      value: wrong.length,
      unit: '',
      bound: { exactly: 0 },
    },
  ];
}
