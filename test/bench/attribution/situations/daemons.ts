import { resolvers } from '../lab.js';
import { ask, type How, visits } from '../plan.js';
import type { Situation } from '../situation.js';
import type { Zone } from '../zone.js';

/** A resolver of this host stands in between. */
export function daemons(zone: Zone, n: number): Situation[] {
  const [forwarded, cached, behindSocket, first] = [
    zone.hosts(n),
    zone.hosts(n),
    zone.hosts(n),
    zone.hosts(1),
  ];
  return [
    { name: 'stub resolver in between', truth: 'named', run: lab => lab.run(lab.stubbed, visits(forwarded)) },
    {
      name: "stub resolver's cache, no query upstream",
      truth: 'named',
      run: async lab => {
        await lab.run(
          lab.stubbed,
          cached.map(host => ask(host)),
        );
        return lab.run(lab.stubbed, visits(cached), visits(cached));
      },
    },
    {
      name: "daemon's cache behind a Unix socket, in another namespace",
      truth: 'named',
      run: async lab => {
        // Having answered over the network once, it is known to be a resolver.
        await lab.run(
          {},
          first.map(host => ask(host, `udp ${resolvers.daemon}`)),
        );
        const how: How = `unix ${lab.daemonPath}`;
        const uncached = await lab.run({ place: 'neighbour' }, visits(behindSocket, how));
        return [...uncached, ...(await lab.run({ place: 'neighbour' }, visits(behindSocket, how)))];
      },
    },
  ];
}
