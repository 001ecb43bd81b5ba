import type { Host } from './zone.js';

/** How a workload asks: see workload.py. */
export type How = 'glibc' | 'child' | `udp ${string}` | `unix ${string}`;
export type Step = readonly [string, ...(string | number)[]];
/** What one process does, step by step (workload.py). */
export type Plan = readonly Step[];

export const wait: Step = ['wait'];

export function ask({ name }: Host, how: How = 'glibc'): Step {
  return ['ask', name, how];
}

export function connect({ name }: Host, which: 'first' | 'any' | 'each' = 'first'): Step {
  return ['connect', name, which];
}

/** A connect to an address that is written in the program. */
export function literal(address: string, port?: number): Step {
  return port === undefined ? ['literal', address] : ['literal', address, port];
}

/** A pause of any length between these milliseconds. */
export function sleep(fromMs: number, toMs = fromMs): Step {
  return ['sleep', fromMs, toMs];
}

/** Asks for each host and connects to it. */
export function visits(hosts: readonly Host[], how: How = 'glibc'): Plan {
  return hosts.flatMap(host => [ask(host, how), connect(host)]);
}
