import { fileURLToPath } from 'node:url';
import type { AllOptions, Context } from '@tcppipe/cli';
import { type BpfObject, binding } from '@tcppipe/native';
import { runSource, setOwnerFilters, u8, u16s, u32 } from '@tcppipe/source';
import type { Options } from './command.js';
import { TcpEventReader } from './decode.js';
import { plansFor } from './plans.js';

/** MAX_PORTS of bpf/socket.h */
const portPlaces = 64;

export function main({ options, ...context }: Context<Options>): Promise<void> {
  return runSource(
    'tcpsource',
    { ...context, options },
    {
      objectPath: fileURLToPath(new URL('../../../bpf/build/tcpsource.bpf.o', import.meta.url)),
      plans: plansFor(options.events, object => setFilters(object, options), context.say),
      lostCounters: { lost_ring_full: 'ring_full', lost_no_memory: 'no_memory' },
      reader(object, emitter) {
        const events = new TcpEventReader(object);
        return (batch, at) => emitter.emit(events.record(batch, at, emitter));
      },
    },
    binding,
  );
}

function setFilters(object: BpfObject, options: AllOptions<Options>): void {
  setOwnerFilters(object, options);
  if (options.uid !== undefined) {
    object.setGlobal('only_one_uid', u8(1));
    object.setGlobal('only_uid', u32(options.uid));
  }
  if (options.ipv4 || options.ipv6) object.setGlobal('only_ip', u8(options.ipv4 ? 4 : 6));
  if (options.port !== undefined) {
    object.setGlobal('ports_wanted', u32(options.port.length));
    object.setGlobal('only_ports', u16s(options.port, portPlaces));
  }
}
