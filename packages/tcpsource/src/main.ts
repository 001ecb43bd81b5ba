import { fileURLToPath } from 'node:url';
import type { AllOptions, Context } from '@tcppipe/cli';
import { BpfError, type BpfObject, binding } from '@tcppipe/native';
import { cgroup2Root, runSource, setOwnerFilters, u8, u16s, u32 } from '@tcppipe/source';
import type { Options } from './command.js';
import { TcpEventReader } from './decode.js';

/** MAX_PORTS of bpf/socket.h */
const portPlaces = 64;

export function main(context: Context<Options>): Promise<void> {
  return runSource(
    'tcpsource',
    context,
    {
      objectPath: fileURLToPath(new URL('../../../bpf/build/tcpsource.bpf.o', import.meta.url)),
      configure: object => setFilters(object, context.options),
      attach: object => attach(object, context.say),
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

/** By cgroup v2 where that can be attached to; else by the state change, which does not know the local port yet. */
function attach(object: BpfObject, say: (message: string) => void): string[] {
  const problem = attachSockops(object);
  if (problem === undefined) return ['sockops_connect'];
  say(`running without local ports (sport): ${problem}`);
  object.attach('state_connect');
  return ['state_connect'];
}

function attachSockops(object: BpfObject): string | undefined {
  const root = cgroup2Root();
  if (root === undefined) return 'no cgroup v2 is mounted';
  try {
    object.attachCgroup('sockops_connect', root);
    return undefined;
  } catch (error) {
    if (error instanceof BpfError) return error.message;
    throw error;
  }
}
