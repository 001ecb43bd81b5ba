import { ipv4Text, ipv6Text, isMapped, type RecordOf } from '@tcppipe/events';
import type { BpfObject } from '@tcppipe/native';
import { type Emitter, microseconds, OwnerReader, offsetsOf } from '@tcppipe/source';

const AF_INET = 2;

/** Turns `struct tcp_event` (bpf/tcp_event.h) into a record. */
export class TcpEventReader {
  private readonly at;
  private readonly owners;

  constructor(object: BpfObject) {
    this.owners = new OwnerReader(object);
    this.at = offsetsOf('tcp_event', object.struct('tcp_event'), {
      time_ns: 8,
      cookie: 8,
      owner: 48,
      netns: 4,
      sport: 2,
      dport: 2,
      kind: 1,
      family: 1,
      saddr: 16,
      daddr: 16,
    });
  }

  /** The record of the event at `base`; its keys stand in the order of the schema. */
  record(bytes: Buffer, base: number, emitter: Emitter): RecordOf<'connect'> {
    const { at } = this;
    const isV4 = bytes[base + at.family] === AF_INET;
    const mapped = !isV4 && isMapped(bytes, base + at.daddr);
    const sport = bytes.readUInt16LE(base + at.sport);
    return {
      type: 'connect',
      ...emitter.stamp(microseconds(bytes, base + at.time_ns)),
      ...this.owners.owner(bytes, base + at.owner),
      ip: isV4 || mapped ? 4 : 6,
      saddr: addressText(bytes, base + at.saddr, isV4, mapped),
      ...(sport > 0 ? { sport } : {}),
      daddr: addressText(bytes, base + at.daddr, isV4, mapped),
      dport: bytes.readUInt16LE(base + at.dport),
      ...(mapped ? { mapped } : {}),
      netns: bytes.readUInt32LE(base + at.netns),
      ...this.owners.places(bytes, base + at.owner),
      sock: bytes.readBigUInt64LE(base + at.cookie).toString(),
    };
  }
}

function addressText(bytes: Buffer, at: number, isV4: boolean, mapped: boolean): string {
  if (isV4) return ipv4Text(bytes, at);
  return mapped ? ipv4Text(bytes, at + 12) : ipv6Text(bytes, at);
}
