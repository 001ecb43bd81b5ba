import type { Scope } from '../lib/cleanup.js';
import { type Hello, Script } from '../lib/workload.js';
import type { Event } from './event.js';

type Address = [address: string, port: number];

/** What an actor can do, see actor.py. */
export type Order =
  | { do: 'connect' | 'refuse'; label: string; to: Address; blocking?: boolean }
  | { do: 'accept'; label: string; on: Listener }
  | { do: 'close' | 'reset' | 'shut_down' | 'disconnect' | 'duplicate' | 'bequeath'; label: string }
  | { do: 'forget' }
  | { do: 'resolve'; name: string; family: number }
  | { do: 'ask'; name: string; server: string; address: string };

export type Listener = 'v4' | 'v6' | 'dual';

/** What an actor says of itself at first. */
export interface ActorHello extends Pick<Hello, 'pid' | 'netns' | 'mntns' | 'cgroup'> {
  uid: number;
  ports: Record<Listener | 'deaf' | 'closed', number>;
}

/** actor.py: one process of the scenario. On one processor, as bcc reads those apart and knows no order between them. */
export class Actor extends Script {
  private orders = 0;

  constructor(
    t: Scope,
    readonly comm: string,
    enter: readonly string[],
  ) {
    super(t, 'actor.py', [comm], ['taskset', '--cpu-list', '0', ...enter]);
  }

  get hello(): Promise<ActorHello> {
    return this.saying('hello');
  }

  /** Has it carry out one order, and gives what could be seen of that. */
  async events(order: Order): Promise<Event[]> {
    this.send(`${JSON.stringify(order)}\n`);
    const { pid, uid, netns, mntns, cgroup, events } = await this.saying('done', ++this.orders);
    const identity = { pid, uid, comm: this.comm, netns, mntns, cgroup };
    return events.map((event: Omit<Event, 'ip'>) => ({
      ...identity,
      ...event,
      ip: event.saddr.includes(':') ? 6 : 4,
    }));
  }
}
