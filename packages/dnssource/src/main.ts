import { fileURLToPath } from 'node:url';
import { type AllOptions, type Context, UnavailableError } from '@tcppipe/cli';
import { type BpfObject, binding } from '@tcppipe/native';
import { cgroup2Root, type Emitter, runSource, setOwnerFilters, u16s, u32 } from '@tcppipe/source';
import { type Options, serverPortPlaces } from './command.js';
import { DnsEventReader } from './decode.js';
import { watchHosts } from './hosts-watch.js';
import { Responses } from './responses.js';

/** Queries first: an answer must not be seen before the question that makes it a solicited one. */
const hooks = ['dns_egress', 'dns_ingress', 'dns_sock_create'];

export function main(context: Context<Options>): Promise<void> {
  return runSource(
    'dnssource',
    context,
    {
      objectPath: fileURLToPath(new URL('../../../bpf/build/dnssource.bpf.o', import.meta.url)),
      plans: [{ configure: object => setFilters(object, context.options), attach }],
      lostCounters: { lost_ring_full: 'ring_full', lost_unreadable: 'undecodable' },
      reader,
      ...(filtersOwner(context.options)
        ? {}
        : { beside: emitter => watchHosts('/etc/hosts', emitter, context.say) }),
    },
    binding,
  );
}

/** A hosts file has no owner, and what has none does not pass filters on it. */
function filtersOwner({ pid, netns, cgroupmap, mntnsmap }: AllOptions<Options>): boolean {
  return [pid, netns, cgroupmap, mntnsmap].some(filter => filter !== undefined);
}

function setFilters(object: BpfObject, options: AllOptions<Options>): void {
  setOwnerFilters(object, options);
  object.setGlobal('server_ports_wanted', u32(options.port.length));
  object.setGlobal('server_ports', u16s(options.port, serverPortPlaces));
}

function attach(object: BpfObject): string[] {
  const root = cgroup2Root();
  if (root === undefined) {
    throw new UnavailableError(
      'no cgroup v2 is mounted, and DNS is seen through it; try: mount -t cgroup2 none /sys/fs/cgroup',
    );
  }
  for (const hook of hooks) object.attachCgroup(hook, root);
  object.runIter('existing_sockets');
  return [...hooks, 'existing_sockets'];
}

function reader(object: BpfObject, emitter: Emitter): (batch: Buffer, at: number) => void {
  const events = new DnsEventReader(object);
  const responses = new Responses();
  return (batch, at) => {
    const event = events.event(batch, at);
    const outcome = responses.of(event);
    for (const response of outcome.responses) {
      emitter.emit({ type: 'dns', ...emitter.stamp(event.monoUs), ...response });
    }
    if (outcome.undecodable > 0) emitter.lose(outcome.undecodable, 'undecodable');
  };
}
