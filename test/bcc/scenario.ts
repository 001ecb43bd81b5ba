import type { Listener, Order } from './actor.js';
import type { Cast, Role } from './cast.js';
import type { Event } from './event.js';
import { places } from './names.js';

type Step = [Role, Order];

const addressOf = { v4: '127.0.0.1', v6: '::1', dual: '::1' } as const;
const mapped = '::ffff:127.0.0.1';
const families = { v4: 2, v6: 10 };

/** Connections that are older than the tools, and no answers that are. */
export function stepsBefore(cast: Cast): Step[] {
  const port = cast.hello('main').ports.v4;
  return [
    ['main', { do: 'connect', label: 'old', to: ['127.0.0.1', port] }],
    ['main', { do: 'accept', label: 'old-accepted', on: 'v4' }],
    ['main', { do: 'forget' }],
    ['peer', { do: 'forget' }],
  ];
}

/** What happens while the tools look on. */
export function steps(cast: Cast): Step[] {
  return [
    ...closed('old', 'old-accepted'),
    ...meeting(cast, 'main', 'main', 'v4'),
    ...meeting(cast, 'main', 'peer', 'v4'),
    ...meeting(cast, 'peer', 'main', 'v4', { blocking: false }),
    ...meeting(cast, 'main', 'peer', 'v6'),
    ...meeting(cast, 'peer', 'main', 'v6', { blocking: false }),
    ...meeting(cast, 'main', 'peer', 'v4', { address: mapped }),
    ...meeting(cast, 'peer', 'main', 'dual', { address: mapped }),
    ...(['user', 'boxed'] as const).flatMap(role => [
      ...meeting(cast, role, 'main', 'v4'),
      ...meeting(cast, 'main', role, 'v6'),
      ...meeting(cast, role, role, 'dual', { address: mapped }),
    ]),
    ...(['v4', 'v6'] as const).flatMap(on => meeting(cast, 'far', 'far', on)),
    ...refusals(cast),
    ...endings(cast),
    ...named(cast),
  ];
}

/** A connection from one actor to another, closed by either side first. */
function meeting(
  cast: Cast,
  client: Role,
  server: Role,
  on: Listener,
  { address = addressOf[on], blocking = true }: { address?: string; blocking?: boolean } = {},
): Step[] {
  const port = cast.hello(server).ports[on];
  const ends: Step[] = [
    [client, { do: 'close', label: 'client' }],
    [server, { do: 'close', label: 'server' }],
  ];
  return [
    [client, { do: 'connect', label: 'client', to: [address, port], blocking }],
    [server, { do: 'accept', label: 'server', on }],
    ...(blocking ? ends : ends.reverse()),
  ];
}

function closed(...labels: string[]): Step[] {
  return labels.map(label => ['main', { do: 'close', label }]);
}

function refusals(cast: Cast): Step[] {
  const port = cast.hello('main').ports.closed;
  return ['127.0.0.1', '::1', mapped].flatMap(address =>
    [true, false].flatMap((blocking): Step[] => [
      ['main', { do: 'refuse', label: 'refused', to: [address, port], blocking }],
      ['main', { do: 'close', label: 'refused' }],
    ]),
  );
}

/** Ways in which a connection is let go of. */
function endings(cast: Cast): Step[] {
  const { v4, deaf } = cast.hello('main').ports;
  const to: [string, number] = ['127.0.0.1', v4];
  const begin: Step[] = [
    ['main', { do: 'connect', label: 'client', to }],
    ['main', { do: 'accept', label: 'server', on: 'v4' }],
  ];
  const ways: Order['do'][][] = [
    ['reset'],
    ['shut_down', 'close'],
    ['duplicate', 'close'],
    ['bequeath'],
    ['disconnect'],
  ];
  return [
    ...ways.flatMap((way): Step[] => [
      ...begin,
      ...way.map((word): Step => ['main', { do: word, label: 'client' } as Order]),
      ['main', { do: 'close', label: 'server' }],
    ]),
    ['main', { do: 'connect', label: 'client', to }],
    ['main', { do: 'reset', label: 'client' }],
    ['main', { do: 'accept', label: 'server', on: 'v4' }],
    ['main', { do: 'close', label: 'server' }],
    ['boxed', { do: 'connect', label: 'left', to }],
    ['main', { do: 'accept', label: 'server', on: 'v4' }],
    ['boxed', { do: 'bequeath', label: 'left' }],
    ['main', { do: 'close', label: 'server' }],
    ['main', { do: 'connect', label: 'not-accepted', to: ['127.0.0.1', deaf] }],
    ['main', { do: 'close', label: 'not-accepted' }],
  ];
}

/** Connects to what DNS answers led to, or nothing did. */
function named(cast: Cast): Step[] {
  const port = cast.hello('main').ports.closed;
  const connect = (address: string): Step[] => [
    ['main', { do: 'refuse', label: 'named', to: [address, port] }],
    ['main', { do: 'close', label: 'named' }],
  ];
  const resolve = (role: Role, [name, address]: readonly [string, string]): Step => [
    role,
    { do: 'resolve', name, family: address.includes(':') ? families.v6 : families.v4 },
  ];
  const [name, address] = places.unconnected;
  return [
    ...connect(places.v4[1]),
    ...[places.v4, places.alias, places.v6, places.longestRunLater].flatMap(place => [
      resolve('main', place),
      ...connect(place[1]),
    ]),
    ['main', { do: 'ask', name, server: '127.0.0.1', address }],
    ...connect(address),
    resolve('main', places.shared),
    resolve('peer', places.sharedToo),
    ...connect(places.shared[1]),
  ];
}

/** Has the cast act; `afterEach` step, whoever looks on gets the time to see it. */
export async function played(
  cast: Cast,
  steps: readonly Step[],
  afterEach: () => Promise<void>,
): Promise<Event[]> {
  const events: Event[] = [];
  const latest = new Map<string, string>();
  for (const [role, order] of steps) {
    if (order.do === 'resolve') latest.set(addressOfName(order.name), order.name);
    for (const event of await cast.actor(role).events(order))
      events.push(event.type === 'connect' ? { ...event, latestName: latest.get(event.daddr) } : event);
    await afterEach();
  }
  return events;
}

function addressOfName(wanted: string): string {
  return Object.values(places).find(([name]) => name === wanted)![1];
}
