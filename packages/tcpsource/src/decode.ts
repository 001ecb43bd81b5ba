import { getSystemErrorName } from 'node:util';
import { addressText, isMapped, type TcpRecord, type TcpType } from '@tcppipe/events';
import type { BpfObject } from '@tcppipe/native';
import { type Emitter, microseconds, OwnerReader, offsetsOf, u64 } from '@tcppipe/source';

const AF_INET = 2;

/** What can be traced. `release` is for other commands than tcpsource: its records are closes, told at another moment. */
export type TcpEvent = TcpType | 'release';

/** By enum tcp_event_kind, bpf/tcp_event.h; 0 is none. */
export const eventKinds: readonly (TcpEvent | undefined)[] = [
  undefined,
  'connect',
  'established',
  'failed',
  'accept',
  'close',
  'release',
];

/** Turns `struct tcp_event` (bpf/tcp_event.h) into a record. */
export class TcpEventReader {
  private readonly at;
  private readonly owners;

  constructor(object: BpfObject) {
    this.owners = new OwnerReader(object);
    this.at = offsetsOf('tcp_event', object.struct('tcp_event'), {
      time_ns: 8,
      cookie: 8,
      since_ns: 8,
      tx_bytes: 8,
      rx_bytes: 8,
      owner: 48,
      netns: 4,
      sport: 2,
      dport: 2,
      error: 4,
      kind: 1,
      family: 1,
      saddr: 16,
      daddr: 16,
    });
  }

  /** The record of the event at `base`; its keys stand in the order of the schema. */
  record(bytes: Buffer, base: number, emitter: Emitter): TcpRecord {
    const { at } = this;
    const event = eventKinds[bytes[base + at.kind]!]!;
    const isV4 = bytes[base + at.family] === AF_INET;
    const mapped = !isV4 && isMapped(bytes, base + at.daddr);
    const sport = bytes.readUInt16LE(base + at.sport);
    const cookie = bytes.readBigUInt64LE(base + at.cookie);
    return {
      type: event === 'release' ? 'close' : event,
      ...emitter.stamp(microseconds(bytes, base + at.time_ns)),
      ...this.owners.owner(bytes, base + at.owner),
      ip: isV4 || mapped ? 4 : 6,
      saddr: addressText(bytes, base + at.saddr, isV4),
      ...(sport > 0 ? { sport } : {}),
      daddr: addressText(bytes, base + at.daddr, isV4),
      dport: bytes.readUInt16LE(base + at.dport),
      ...(mapped ? { mapped } : {}),
      netns: bytes.readUInt32LE(base + at.netns),
      ...this.owners.places(bytes, base + at.owner),
      ...(cookie > 0n ? { sock: cookie.toString() } : {}),
      ...this.outcome(event, bytes, base),
    } as TcpRecord;
  }

  /** How it went: only what this kind of event says of it. */
  private outcome(event: TcpEvent, bytes: Buffer, base: number): object {
    const { at } = this;
    if (event === 'established') return { latency_ms: this.elapsedMs(bytes, base) };
    if (event === 'failed') {
      return {
        latency_ms: this.elapsedMs(bytes, base),
        errno: errnoName(bytes.readUInt32LE(base + at.error)),
      };
    }
    if (event !== 'close') return {};
    const duration = this.elapsedMs(bytes, base);
    return {
      ...(duration !== undefined ? { duration_ms: duration } : {}),
      tx_bytes: u64(bytes, base + at.tx_bytes),
      rx_bytes: u64(bytes, base + at.rx_bytes),
    };
  }

  /** Milliseconds with three decimals, or undefined where the beginning was not seen. */
  private elapsedMs(bytes: Buffer, base: number): number | undefined {
    const since = microseconds(bytes, base + this.at.since_ns);
    return since > 0 ? (microseconds(bytes, base + this.at.time_ns) - since) / 1000 : undefined;
  }
}

/** Name of a Linux errno; 0 is the application's own doing. */
function errnoName(errno: number): string {
  return errno === 0 ? 'ECANCELED' : getSystemErrorName(-errno);
}
