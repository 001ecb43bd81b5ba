import type { AnyRecord } from '@tcppipe/events';
import type { Command } from './command.js';
import { eventually } from './deadline.js';

/** What accepts.py says of one end of a connection. */
export interface End {
  readonly sock: string;
  readonly pid: number;
  readonly sport: number;
  readonly dport: number;
}

export interface Ends {
  readonly connected: readonly End[];
  readonly accepted: readonly End[];
}

/** How an event of an end is compared. */
export type EventText = (type: unknown, end: End | AnyRecord) => string;

export const withSocket: EventText = (type, { pid, sport, dport, sock }) =>
  `${type} ${pid} ${sport} ${dport} ${sock}`;
export const withoutSocket: EventText = (type, { pid, sport, dport }) => `${type} ${pid} ${sport} ${dport}`;

/** The events of these ends: three of each connect, two of each accept. Sorted. */
export function eventsOf({ connected, accepted }: Ends, text: EventText): string[] {
  return [
    ...connected.flatMap(end => ['connect', 'established', 'close'].map(type => text(type, end))),
    ...accepted.flatMap(end => ['accept', 'close'].map(type => text(type, end))),
  ].sort();
}

/** The same of what is traced, the `ready` record left out. */
export function eventsIn(records: readonly AnyRecord[], text: EventText): string[] {
  return records.map(record => text(record.type, record)).sort();
}

/** Waits until a tracer that began with `ready` has told so many events. */
export async function told(tracer: Command, count: number): Promise<void> {
  await eventually(
    () => tracer.lines.length > count || undefined,
    () => `${count} events; there are ${tracer.lines.length - 1}: ${tracer.stderr}`,
  );
}
