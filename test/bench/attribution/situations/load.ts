import { availableParallelism } from 'node:os';
import { Child } from '../../../lib/child.js';
import type { Scope } from '../../../lib/cleanup.js';
import { resolvers } from '../lab.js';
import { ask, connect, sleep, wait } from '../plan.js';
import type { Situation } from '../situation.js';
import type { Zone } from '../zone.js';

const floodAnswers = 400;

/** More addresses than the join remembers come between the answers and the connects. */
export function flood(zone: Zone, n: number, place: 'client' | 'neighbour'): Situation {
  const hosts = zone.hosts(3 * n);
  const where = place === 'client' ? 'the same' : 'another';
  return {
    name: `flood of ${floodAnswers} answers of 4 KiB in ${where} namespace`,
    truth: 'named',
    run: async lab => {
      const asked = hosts.map(host => ask(host));
      const victim = lab.start({}, [...asked, wait, ...hosts.map(host => connect(host))]);
      await victim.waitsOrEnds(1);
      const names = Array.from({ length: floodAnswers }, (_, i) => ({
        name: `x${i}.flood.example`,
        addresses: [],
      }));
      await lab.run(
        { place },
        names.map(host => ask(host, `udp ${resolvers.any}`)),
      );
      return lab.together(victim);
    },
  };
}

/** Every CPU is busy with something else. */
export function underLoad(zone: Zone, n: number, t: Scope): Situation {
  const plan = zone.hosts(2 * n).flatMap(host => [ask(host), sleep(0, 5), connect(host)]);
  return {
    name: 'connect 0 to 5 ms after the answer, all CPUs busy',
    truth: 'named',
    run: async lab => {
      const spin = ['sh', '-c', 'while :; do :; done'] as const;
      const burners = Array.from({ length: availableParallelism() }, () => new Child(t, 'burner', [...spin]));
      const made = await lab.run({}, plan, plan);
      await Promise.all(burners.map(burner => burner.stop('SIGKILL')));
      return made;
    },
  };
}
