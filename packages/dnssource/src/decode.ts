import { addressText } from '@tcppipe/events';
import type { BpfObject } from '@tcppipe/native';
import { microseconds, type Owner, OwnerReader, offsetsOf, type Places } from '@tcppipe/source';

const AF_INET = 2;

/** By enum dns_event_kind, bpf/dns_event.h; 0 is none. */
const kinds = [undefined, 'query', 'response', 'tcp out', 'tcp in', 'served'] as const;

/** One message, or one piece of a TCP stream, as the kernel program saw it. */
export interface DnsEvent {
  monoUs: number;
  kind: (typeof kinds)[number];
  /** Socket cookie. */
  sock: string;
  owner: Owner | undefined;
  netns: number;
  places: Places;
  server: string;
  port: number;
  /** Length of a UDP message on the wire; the bytes captured may be fewer. */
  wireBytes: number;
  /** TCP: sequence number of the first byte. */
  seq: number;
  /** Valid until the batch is done with. */
  bytes: Buffer;
}

/** Reads `struct dns_event` (bpf/dns_event.h) and the bytes behind it. */
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
      tcp_seq: 4,
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
      kind: kinds[bytes[base + at.kind]!],
      sock: bytes.readBigUInt64LE(base + at.cookie).toString(),
      owner: this.owners.owner(bytes, base + at.owner),
      netns: bytes.readUInt32LE(base + at.netns),
      places: this.owners.places(bytes, base + at.owner),
      server: addressText(bytes, base + at.server, bytes[base + at.family] === AF_INET),
      port: bytes.readUInt16LE(base + at.server_port),
      wireBytes: bytes.readUInt16LE(base + at.message_bytes),
      seq: bytes.readUInt32LE(base + at.tcp_seq),
      bytes: bytes.subarray(start, start + bytes.readUInt16LE(base + at.captured_bytes)),
    };
  }
}
