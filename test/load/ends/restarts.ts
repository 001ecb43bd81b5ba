import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure, Question } from '../../bench/question.js';
import { bpfObjects, heldBpfObjects } from '../../lib/bpf-objects.js';
import { Command, sources } from '../../lib/command.js';
import { patienceMs } from '../../lib/deadline.js';

/** Longer than a source needs to be ready, so that some are killed while they load or attach. */
const startMs = 300;

/** What a tracer could leave behind, each by a name of its own. */
type Things = () => Set<string>;

export const restarts: Question = {
  name: 'restarts',
  asks: 'what is left when each source was killed (-9) again and again, every other time before it was ready',
  isLive: true,
  async run({ scope, quick }) {
    const times = quick ? 4 : 100;
    const things: Record<string, Things> = {
      'programs, maps and links that no process holds': unheldObjects,
      'cgroups without a process': emptyCgroups,
      'network namespaces with a name': () =>
        new Set(existsSync('/run/netns') ? readdirSync('/run/netns') : []),
    };
    const figures: Figure[] = [];
    for (const source of sources) {
      const before = Object.values(things).map(found => found());
      for (let time = 0; time < times; time++)
        await killed(scope, source, time % 2 === 0 ? undefined : (time * startMs) / times);
      for (const [i, [what, found]] of Object.entries(things).entries())
        figures.push({
          what: `${source}, ${times} times: ${what}`,
          value: await left(found, before[i]!),
          unit: '',
          bound: { exactly: 0 },
        });
    }
    return figures;
  },
};

/** Kills a source once it traces, or so many milliseconds after its start. */
async function killed(
  scope: Bench['scope'],
  source: (typeof sources)[number],
  afterMs?: number,
): Promise<void> {
  const tracer = new Command(scope, source, ['--ready']);
  if (afterMs === undefined) await tracer.until(({ type }) => type === 'ready', 'a ready record');
  else await sleep(afterMs);
  await tracer.stop('SIGKILL');
}

/** How many things there are more than before; the kernel may take its time to put them away. */
async function left(found: Things, before: ReadonlySet<string>): Promise<number> {
  const more = () => [...found()].filter(thing => !before.has(thing)).length;
  const end = performance.now() + patienceMs;
  while (more() > 0 && performance.now() < end) await sleep(100);
  return more();
}

function unheldObjects(): Set<string> {
  const objects = bpfObjects();
  for (const object of heldBpfObjects()) objects.delete(object);
  return objects;
}

function emptyCgroups(): Set<string> {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))![1]!;
  const isEmpty = (directory: string) =>
    /^populated 0$/m.test(readFileSync(`${mount}/${directory}/cgroup.events`, 'utf8'));
  return new Set(
    readdirSync(mount)
      .filter(name => !name.includes('.'))
      .filter(isEmpty),
  );
}
