import { addressText } from '@tcppipe/events';
import type { BpfObject } from '@tcppipe/native';
import { AF_INET, microseconds, type Owner, OwnerReader, offsetsOf, type Places } from '@tcppipe/source';

/** By enum dns_event_kind, bpf/dns_event.h; 0 is none. */
const kinds = [undefined, 'query', 'response', 'tcp out', 'tcp in', 'served'] as const;

/** One message, or one piece of a TCP stream, as the kernel program saw it. Valid until the batch is done with. */
export interface DnsEvent {
  readonly monoUs: number;
  readonly kind: (typeof kinds)[number];
  /** Of a query: who sent it; else: who used the socket last, where that is known better than from its queries. */
  readonly owner: Owner | undefined;
  readonly places: Places;
  /** Equal for two events exactly if socket, server and port are; of the same length for all. */
  readonly peers: string;
  /** Socket cookie. */
  readonly sock: string;
  readonly server: string;
  /** Of the socket; always there in a query. */
  readonly netns: number | undefined;
  /** Length of a UDP message on the wire; the bytes captured may be fewer. */
  readonly wireBytes: number;
  /** TCP: sequence number of the first byte. */
  readonly seq: number;
  readonly bytes: Buffer;
}

/** Reads `struct dns_event` (bpf/dns_event.h) and the bytes behind it. */
export class DnsEventReader {
  private readonly layout: Layout;

  constructor(object: BpfObject) {
    const layout = object.struct('dns_event');
    this.layout = {
      size: layout.size,
      owners: new OwnerReader(object),
      at: offsetsOf('dns_event', layout, sizes),
    };
  }

  event(batch: Buffer, base: number): DnsEvent {
    return new WireEvent(batch, base, this.layout);
  }
}

const sizes = {
  time_ns: 8,
  owner: 48,
  cookie: 8,
  server: 16,
  server_port: 2,
  family: 1,
  kind: 1,
  message_bytes: 2,
  captured_bytes: 2,
  netns: 4,
  tcp_seq: 4,
} as const;

interface Layout {
  readonly size: number;
  readonly owners: OwnerReader;
  readonly at: { readonly [K in keyof typeof sizes]: number };
}

/** Reads what it is asked for: of a query that is little. */
class WireEvent implements DnsEvent {
  constructor(
    private readonly batch: Buffer,
    private readonly base: number,
    private readonly layout: Layout,
  ) {}

  get monoUs() {
    return microseconds(this.batch, this.base + this.layout.at.time_ns);
  }

  get kind() {
    return kinds[this.batch[this.base + this.layout.at.kind]!];
  }

  get owner() {
    return this.layout.owners.owner(this.batch, this.base + this.layout.at.owner);
  }

  get places() {
    return this.layout.owners.places(this.batch, this.base + this.layout.at.owner);
  }

  get peers() {
    const { cookie, family } = this.layout.at;
    return this.batch.toString('latin1', this.base + cookie, this.base + family + 1);
  }

  get sock() {
    return this.batch.readBigUInt64LE(this.base + this.layout.at.cookie).toString();
  }

  get server() {
    const { server, family } = this.layout.at;
    return addressText(this.batch, this.base + server, this.batch[this.base + family] === AF_INET);
  }

  get netns() {
    return this.batch.readUInt32LE(this.base + this.layout.at.netns) || undefined;
  }

  get wireBytes() {
    return this.batch.readUInt16LE(this.base + this.layout.at.message_bytes);
  }

  get seq() {
    return this.batch.readUInt32LE(this.base + this.layout.at.tcp_seq);
  }

  get bytes() {
    const start = this.base + this.layout.size;
    return this.batch.subarray(
      start,
      start + this.batch.readUInt16LE(this.base + this.layout.at.captured_bytes),
    );
  }
}
