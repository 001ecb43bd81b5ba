import { addressText } from '@tcppipe/events';
import type { BpfObject } from '@tcppipe/native';
import { microseconds, type Owner, OwnerReader, offsetsOf, type Places } from '@tcppipe/source';

const AF_INET = 2;

/** enum dns_event_kind, bpf/dns_event.h */
const QUERY = 1;

/** One message as the kernel program saw it. */
export interface DnsEvent {
  monoUs: number;
  isQuery: boolean;
  sock: string;
  owner: Owner | undefined;
  netns: number;
  places: Places;
  server: string;
  port: number;
  /** Length on the wire; the bytes captured may be fewer. */
  wireBytes: number;
  message: Buffer;
}

/** Reads `struct dns_event` (bpf/dns_event.h) and the message behind it. */
export class DnsEventReader {
  private readonly at;
  private readonly owners;
  private readonly size: number;

  constructor(object: BpfObject) {
    const layout = object.struct('dns_event');
    this.size = layout.size;
    this.owners = new OwnerReader(object);
    this.at = offsetsOf('dns_event', layout, {
      time_ns: 8,
      cookie: 8,
      owner: 48,
      netns: 4,
      server_port: 2,
      message_bytes: 2,
      captured_bytes: 2,
      kind: 1,
      family: 1,
      server: 16,
    });
  }

  event(bytes: Buffer, base: number): DnsEvent {
    const { at } = this;
    const start = base + this.size;
    return {
      monoUs: microseconds(bytes, base + at.time_ns),
      isQuery: bytes[base + at.kind] === QUERY,
      sock: bytes.readBigUInt64LE(base + at.cookie).toString(),
      owner: this.owners.owner(bytes, base + at.owner),
      netns: bytes.readUInt32LE(base + at.netns),
      places: this.owners.places(bytes, base + at.owner),
      server: addressText(bytes, base + at.server, bytes[base + at.family] === AF_INET),
      port: bytes.readUInt16LE(base + at.server_port),
      wireBytes: bytes.readUInt16LE(base + at.message_bytes),
      message: bytes.subarray(start, start + bytes.readUInt16LE(base + at.captured_bytes)),
    };
  }
}
