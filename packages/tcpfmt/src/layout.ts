import type { AnyRecord, Path } from '@tcppipe/events';
import type { Boots } from './boots.js';
import {
  type Column,
  connectColumns,
  countColumns,
  countFields,
  dnsColumns,
  keyOf,
  tracerColumns,
} from './layouts/index.js';

export const layouts = ['connect', 'tracer', 'count', 'dns'] as const;
export type Layout = (typeof layouts)[number];

/** Types of the records each layout has rows for. The first layout that has a row is the one for a record. */
const typesIn: Record<Layout, ReadonlySet<unknown>> = {
  connect: new Set(['connect']),
  tracer: new Set(['established', 'accept', 'close', 'failed', 'connect']),
  count: new Set(['count']),
  dns: new Set(['dns']),
};

export function hasRow(layout: Layout, record: AnyRecord): boolean {
  return typesIn[layout].has(record.type);
}

/** The layout `--layout auto` takes for a record; undefined when none has a row for it. */
export function layoutOf(record: AnyRecord): Layout | undefined {
  return layouts.find(layout => hasRow(layout, record));
}

export interface LayoutOptions {
  readonly time: boolean;
  readonly timestamp: boolean;
  readonly uid: boolean;
  readonly lport: boolean;
  readonly dns: boolean;
  readonly verbose: boolean;
  readonly wide: boolean;
  readonly boots?: Boots;
}

/** Columns for people. The first record decides what the options leave open: a query, the key of counts. */
export function layoutColumns(layout: Layout, options: LayoutOptions, first: AnyRecord): Column[] {
  const dns = options.dns || first.query !== undefined;
  switch (layout) {
    case 'connect':
      return connectColumns({ ...options, dns });
    case 'tracer':
      return tracerColumns({ ...options, dns });
    case 'count':
      return countColumns(keyOf(first), options);
    case 'dns':
      return dnsColumns(options);
  }
}

const machineFields: Record<Exclude<Layout, 'count'>, string> = {
  connect: 'ts pid uid comm ip saddr sport daddr dport query dns.age_ms',
  tracer:
    'type ts pid uid comm ip saddr sport daddr dport netns latency_ms errno duration_ms tx_bytes rx_bytes query dns.age_ms',
  dns: 'ts pid uid comm qname qtype rcode answers resolver proto rtt_ms solicited truncated',
};

/** Fields for machines: all that the layout can show, whatever the options, so that a script can rely on them. */
export function layoutFields(layout: Layout, first: AnyRecord): Path[] {
  if (layout === 'count') return countFields(keyOf(first));
  return machineFields[layout].split(' ').map(name => name.split('.'));
}
