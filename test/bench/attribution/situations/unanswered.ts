import { resolvers, tlsPort } from '../lab.js';
import { ask, connect, literal, wait } from '../plan.js';
import { because, type Situation } from '../situation.js';
import type { Zone } from '../zone.js';

/** No answer on the wire says a name, or none that was this process's. */
export function unanswered(zone: Zone, n: number): Situation[] {
  const addresses = () => Array.from({ length: n }, () => zone.address());
  const early = zone.hosts(n);
  const [whileSilent, whileAsking, encrypted] = [addresses(), addresses(), addresses()];
  const [others, neighbours] = [zone.hosts(3), zone.hosts(n)];
  const literals = (given: readonly string[]) => given.map(address => literal(address));
  return [
    {
      name: 'resolved before the tracer started',
      truth: 'unnamed',
      prepare: async lab => {
        const asked = early.map(host => ask(host));
        const older = lab.start({}, [...asked, wait, ...early.map(host => connect(host))]);
        await older.waitsOrEnds(1);
        return [older];
      },
      run: (lab, prepared) => lab.together(...prepared),
      says: because('before_start'),
    },
    {
      name: 'address literals, nothing asked',
      truth: 'unnamed',
      run: lab => lab.run({}, literals(whileSilent)),
      says: because('no_query'),
    },
    {
      name: 'address literals, other names asked',
      truth: 'unnamed',
      run: lab => lab.run({}, [...others.map(host => ask(host)), ...literals(whileAsking)]),
      says: because('not_seen'),
    },
    {
      name: 'encrypted DNS',
      truth: 'unnamed',
      run: async lab => {
        const made = await lab.run({}, [literal(resolvers.zone, tlsPort), ...literals(encrypted)]);
        return made.filter(({ dport }) => dport !== tlsPort);
      },
      says: because('encrypted'),
    },
    {
      name: 'address literals for which a neighbour had asked',
      truth: 'open',
      run: async lab => {
        const plan = neighbours.map(host => ask(host));
        await lab.run({}, plan);
        return lab.run({}, literals(neighbours.flatMap(host => host.addresses)));
      },
      // The same is on the wire where a script looks up a name and starts a program with the address.
      says: ({ scope }) => scope === 'netns',
    },
  ];
}
