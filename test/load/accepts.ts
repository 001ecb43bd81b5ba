import type { Question } from '../bench/question.js';
import { startSource } from '../lib/command.js';
import { eventsIn, eventsOf, told, withSocket } from '../lib/connection-ends.js';
import { Script } from '../lib/workload.js';

export const accepts: Question = {
  name: 'accepts',
  asks: 'whether each event of each connection comes once, while accept() spins and nine of ten connections are reset',
  isLive: true,
  async run({ quick, scope }) {
    const [missing, surplus] = [[], []] as [string[], string[]];
    const [storms, connects] = quick ? [1, 100] : [50, 1000];
    for (let i = 0; i < storms; i++) {
      const script = new Script(scope, 'accepts.py', ['storm', `${connects}`]);
      const { port } = await script.saying('listening');
      const tracer = await startSource(scope, 'tcpsource', ['-e', 'all', '-P', `${port}`]);
      script.send('\n');
      const expected = eventsOf(await script.saying('done'), withSocket);
      // What is missing cannot be waited for.
      await told(tracer, expected.length).catch(() => {});
      await tracer.stop('SIGINT');
      const found = eventsIn(tracer.records.slice(1), withSocket);
      missing.push(...without(expected, found));
      surplus.push(...without(found, expected));
    }
    const what = `${storms} storms of ${connects} connects`;
    return [
      { what: `${what}: events missing`, value: missing.length, unit: '', bound: { exactly: 0 } },
      {
        what: `${what}: events told twice, or of nobody`,
        value: surplus.length,
        unit: '',
        bound: { exactly: 0 },
      },
    ];
  },
};

/** What the first list has and the second has not, or not so often. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of other) left.set(one, (left.get(one) ?? 0) + 1);
  return list.filter(one => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
