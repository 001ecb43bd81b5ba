import { statSync } from 'node:fs';
import { UnavailableError } from '@tcppipe/cli';
import type { BpfObject } from '@tcppipe/native';
import {
  bpfObjectPath,
  cgroup2Mount,
  forEachEvent,
  isKernelSince,
  type OwnerFilters,
  setOwnerFilters,
  type Tracer,
  u16s,
  u32,
} from '@tcppipe/source';
import { DnsEventReader } from './decode.js';
import { Responses } from './responses.js';
import { mostOpenQueries } from './solicitor.js';

/** MAX_SERVER_PORTS of bpf/dnssource.bpf.c */
export const serverPortPlaces = 16;

const unsolicited = 'so that answers to them count as unsolicited';

/** Queries first: an answer must not be seen before the question that makes it a solicited one. */
const hooks = ['dns_egress', 'dns_ingress'];

/** Which responses leave the kernel; what is absent does not filter. */
export interface DnsFilters extends OwnerFilters {
  /** Ports of servers, 53 if absent; at most 16. */
  readonly port?: readonly number[];
}

/** What traces DNS responses; `say` hears what this host does not allow. */
export function dnsTracer(filters: DnsFilters, say: (message: string) => void): Tracer {
  let responses: Responses | undefined;
  return {
    plans: objectNames().map(name => ({
      objectPath: bpfObjectPath(name),
      configure: object => setFilters(object, filters),
      attach: object => attach(object, say),
    })),
    lostCounters: {
      lost_ring_full: 'ring_full',
      lost_unreadable: 'undecodable',
      lost_no_memory: 'no_memory',
    },
    besideCounters: { lost_questions: { noun: 'question', what: `lost, ${unsolicited}` } },
    besideInReader: () => [
      {
        count: responses?.forgottenQueries ?? 0,
        noun: 'question',
        what: `forgotten, as more than ${mostOpenQueries} were open, ${unsolicited}`,
      },
      {
        count: responses?.givenUpConnections ?? 0,
        noun: 'connection',
        what: `with questions that could not be put together, ${unsolicited}`,
      },
    ],
    reader(object, emitter) {
      const events = new DnsEventReader(object);
      const made = new Responses(emitter);
      responses = made;
      return batch => forEachEvent(batch, emitter, at => made.take(events.event(batch, at)));
    },
  };
}

/** The faster one wants what the kernel has since 6.2; who lacks root may not even ask an older one for it. */
function objectNames(): string[] {
  return isKernelSince([6, 2]) ? ['dnssource_6_2', 'dnssource'] : ['dnssource'];
}

function setFilters(object: BpfObject, filters: DnsFilters): void {
  setOwnerFilters(object, filters);
  const { port = [53] } = filters;
  object.setGlobal('server_ports_wanted', u32(port.length));
  object.setGlobal('server_ports', u16s(port, serverPortPlaces));
  object.setGlobal('own_netns', u32(statSync('/proc/self/ns/net').ino));
}

function attach(object: BpfObject, say: (message: string) => void): string[] {
  const cgroup = cgroup2Mount();
  if (!cgroup) {
    throw new UnavailableError(
      'no cgroup v2 is mounted, and DNS is seen through it; try: mount -t cgroup2 none /sys/fs/cgroup',
    );
  }
  for (const hook of hooks) object.attachCgroup(hook, cgroup.path);
  object.runIter('existing_sockets');
  if (!cgroup.isRoot) {
    const { path } = cgroup;
    say(`only DNS of processes in the cgroup at ${path} and below: the root of the hierarchy is not mounted`);
  }
  return [...hooks, 'existing_sockets'];
}
