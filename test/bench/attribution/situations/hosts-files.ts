import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { visits } from '../plan.js';
import { because, type Situation } from '../situation.js';
import type { Host, Zone } from '../zone.js';

/** Longer than dnssource waits for a changed file to come to rest. */
const settledMs = 500;

/** Names stand in a hosts file and are asked of nobody. */
export function hostsFiles(zone: Zone, n: number): Situation[] {
  const entries = (domain: string): Host[] =>
    Array.from({ length: n }, (_, i) => ({ name: `db${i}.${domain}.example`, addresses: [zone.address()] }));
  const [first, added, foreign] = [entries('first'), entries('added'), entries('foreign')];
  return [
    {
      name: 'hosts file',
      truth: 'named',
      prepare: async lab => {
        appendFileSync(lab.hostsPath, hostsText(first));
        return [];
      },
      run: lab => lab.run({}, visits(first)),
    },
    {
      name: 'hosts file, changed meanwhile',
      truth: 'named',
      run: async lab => {
        appendFileSync(lab.hostsPath, hostsText(added));
        await pause(settledMs);
        return lab.run({}, visits(added));
      },
    },
    {
      name: "hosts file of a container's own",
      truth: 'unnamed',
      run: lab => lab.run({ instead: { hosts: lab.file('hosts', hostsText(foreign)) } }, visits(foreign)),
      says: because('no_query'),
    },
  ];
}

function hostsText(hosts: readonly Host[]): string {
  return hosts.map(({ name, addresses }) => `${addresses.join()} ${name}\n`).join('');
}
