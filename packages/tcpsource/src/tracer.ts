import type { BpfObject } from '@tcppipe/native';
import {
  forEachEvent,
  type OwnerFilters,
  setOwnerFilters,
  type Tracer,
  u8,
  u16s,
  u32,
} from '@tcppipe/source';
import { type TcpEvent, TcpEventReader } from './decode.js';
import { plansFor } from './plans.js';

/** MAX_PORTS of bpf/socket.h */
export const portPlaces = 64;

/** Which events leave the kernel; what is absent or false does not filter. */
export interface TcpFilters extends OwnerFilters {
  readonly uid?: number | undefined;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  /** Destination ports, for accept the local one; at most `portPlaces`. */
  readonly port?: readonly number[] | undefined;
}

/** What traces `events`; `say` hears what this host does not allow. */
export function tcpTracer(
  events: readonly TcpEvent[],
  filters: TcpFilters,
  say: (message: string) => void,
): Tracer {
  return {
    plans: plansFor(events, object => setFilters(object, filters), say),
    lostCounters: { lost_ring_full: 'ring_full', lost_no_memory: 'no_memory' },
    reader(object, emitter) {
      const reader = new TcpEventReader(object);
      return batch => forEachEvent(batch, emitter, at => emitter.emit(reader.record(batch, at, emitter)));
    },
  };
}

function setFilters(object: BpfObject, filters: TcpFilters): void {
  setOwnerFilters(object, filters);
  if (filters.uid !== undefined) {
    object.setGlobal('only_one_uid', u8(1));
    object.setGlobal('only_uid', u32(filters.uid));
  }
  if (filters.ipv4 || filters.ipv6) object.setGlobal('only_ip', u8(filters.ipv4 ? 4 : 6));
  if (filters.port !== undefined) {
    object.setGlobal('ports_wanted', u32(filters.port.length));
    object.setGlobal('only_ports', u16s(filters.port, portPlaces));
  }
}
