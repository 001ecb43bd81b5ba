import type { Event } from './event.js';
import { has, type OptionSet } from './option-set.js';

/** A place where bcc is wrong. */
export interface Difference {
  what: string;
  /** How it is known that bcc is the one that is wrong: the actors' own reports have the facts. */
  reason: string;
  applies(set: OptionSet, event: Event): boolean;
  /** What bcc takes the event for; undefined: it does not see it. */
  asSeen(event: Event, set: OptionSet): Event | undefined;
  /** Whether it sees that whatever its filters are. */
  isUnfiltered?: boolean;
}

/** The longest of several runs of zeros is the one that `::` stands for (RFC 5952, 4.2.3); bcc's DNS library takes the first. */
const longestRunLater = /:0:.*::/;

function asIpv6(event: Event): Event {
  return { ...event, ip: 6, saddr: `::ffff:${event.saddr}`, daddr: `::ffff:${event.daddr}` };
}

/** The first that applies to an event is the one that explains. */
export const differences: readonly Difference[] = [
  {
    what: '-6 with IPv4-mapped',
    reason: 'what leaves is IPv4, and without -6 bcc itself says so',
    applies: (set, event) => set.tool === 'tcpconnect' && event.mapped && has(set, '-6'),
    asSeen: asIpv6,
  },
  {
    what: 'no C of IPv4-mapped, with -6 as IPv6',
    reason:
      'the actor was connected between IPv4 addresses; bcc keeps the attempt as IPv4 and looks for it as IPv6',
    applies: (_, event) => event.type === 'established' && event.mapped,
    asSeen: (event, set) => (has(set, '-6') ? asIpv6(event) : undefined),
  },
  {
    what: 'no A of a connection that has been reset',
    reason:
      'accept() returned the socket, and bcc itself shows its X; it reads a port that is 0 once it is over',
    applies: (_, event) => event.type === 'accept' && event.over === true,
    asSeen: () => undefined,
  },
  {
    what: 'X without a connection',
    reason: 'a refused non-blocking connect: nothing was established, and no C came before',
    applies: (_, event) => event.type === 'release' && !event.connected && !event.blocking,
    asSeen: event => ({ ...(event.mapped ? asIpv6(event) : event), connected: true }),
  },
  {
    what: 'A and X of IPv4-mapped as IPv6',
    reason: 'both ends of the connection are IPv4 addresses; its other end has them in its rows',
    applies: (_, event) => (event.type === 'accept' || event.type === 'release') && event.mapped,
    asSeen: asIpv6,
  },
  {
    what: '--mntnsmap with processes that end',
    reason:
      'the actor says in which namespace it was, and that is not in the map; bcc lets all pass that have none left',
    applies: (set, event) => has(set, '--mntnsmap') && event.type === 'release' && event.ending === true,
    asSeen: event => event,
    isUnfiltered: true,
  },
  {
    what: '-d: IPv6 spelt in two ways',
    reason: 'the actor was answered with this address; bcc compares the texts of two libraries, which differ',
    applies: (set, event) => has(set, '-d') && Boolean(event.name) && longestRunLater.test(event.daddr),
    asSeen: event => ({ ...event, name: null }),
  },
  {
    what: '-d: answer to another process, or to nobody known',
    reason:
      'the actor says which name led it there; bcc knows the latest answer to a connected socket of the host',
    applies: (set, event) => has(set, '-d') && (event.name ?? undefined) !== event.latestName,
    asSeen: event => ({ ...event, name: event.latestName ?? null }),
  },
];
