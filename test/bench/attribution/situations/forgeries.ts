import { resolvers } from '../lab.js';
import { ask, connect, type How, sleep, wait } from '../plan.js';
import type { Situation } from '../situation.js';
import type { Host, Zone } from '../zone.js';

/** How an answer differs from the one that was asked for (server.py). */
const kinds = ['wrong-id', 'wrong-port', 'wrong-server', 'wrong-name', 'late'] as const;

/** Somebody wants a wrong name to be seen. */
export function forgeries(zone: Zone, n: number): Situation[] {
  return [inAnotherNamespace(zone, n), ...kinds.map(kind => onTheWay(zone, n, kind))];
}

/** A namespace with a server of its own, whose names have the addresses that others connect to. */
function inAnotherNamespace(zone: Zone, n: number): Situation {
  const hosts = zone.hosts(n);
  const server = '127.0.0.1';
  return {
    name: 'forged in another namespace',
    truth: 'named',
    run: async lab => {
      await lab.serve('neighbour', 'server.py', server, '127.0.0.2');
      const victim = hosts.flatMap(host => [ask(host), wait, wait, connect(host)]);
      const forger = hosts.flatMap(({ addresses }) => [
        wait,
        ask(answered(addresses, 'plain'), `udp ${server}`),
        wait,
      ]);
      return lab.together(lab.start({}, victim), lab.start({ place: 'neighbour' }, forger));
    },
  };
}

/** The answer for one name comes with a lie: that the name has the address of another, asked for before. */
function onTheWay(zone: Zone, n: number, kind: (typeof kinds)[number]): Situation {
  const how: How = `udp ${resolvers.any}`;
  const plan = Array.from({ length: n }, () => {
    const [true_, forged] = [zone.ipv6Address(), zone.ipv6Address()];
    const [victim, liedAbout] = [answered([forged], 'plain'), answered([true_, forged], kind)];
    return [ask(victim, how), ask(liedAbout, how), sleep(2), connect(victim), connect(liedAbout)];
  });
  return {
    name: `forged on the way: ${kind.replace('-', ' ')}`,
    truth: 'named',
    run: lab => lab.run({}, plan.flat()),
  };
}

/** A name that says to server.py how to answer. */
function answered(addresses: readonly string[], kind: 'plain' | (typeof kinds)[number]): Host {
  return { name: `${addresses.map(hexadecimal).join('.')}.${kind}.example`, addresses };
}

function hexadecimal(address: string): string {
  const bytes = address.includes(':') ? ipv6Groups(address) : address.split('.').map(Number);
  const digits = address.includes(':') ? 4 : 2;
  return bytes.map(number => number.toString(16).padStart(digits, '0')).join('');
}

/** Of an address with `::` in it. */
function ipv6Groups(address: string): number[] {
  const [head, tail] = address
    .split('::')
    .map(half => half.split(':').map(group => Number.parseInt(group, 16)));
  const zeros = Array<number>(8 - head!.length - tail!.length).fill(0);
  return [...head!, ...zeros, ...tail!];
}
