import type { Event } from './event.js';
import { has, type OptionSet } from './option-set.js';

/** A place where bcc is wrong. */
export interface Difference {
  what: string;
  /** How it is known that bcc is the one that is wrong: the actors' own reports have the facts. */
  reason: string;
  applies(set: OptionSet, event: Event): boolean;
  /** What bcc takes the event for; undefined: it does not see it. */
  asSeen(event: Event): Event | undefined;
}

/** IPv6 in the notation of the C library has no `::` for a single group of zeros (RFC 5952, 4.2.2). */
const loneZeroGroup = /^(?!.*::)[^:]+(:[^:]+)*:0(:[^:]+)*$/;

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
    what: 'no C of IPv4-mapped',
    reason: 'the actor was connected; bcc keeps the attempt as IPv4 and looks for it as IPv6',
    applies: (_, event) => event.type === 'established' && event.mapped,
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
    what: '-d: IPv6 spelt in two ways',
    reason: 'the actor was answered with this address; bcc compares the texts of two libraries, which differ',
    applies: (set, event) => has(set, '-d') && Boolean(event.name) && loneZeroGroup.test(event.daddr),
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
