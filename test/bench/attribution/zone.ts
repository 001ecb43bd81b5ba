/** A name and the addresses it has, all of them its own unless said otherwise. */
export interface Host {
  readonly name: string;
  readonly addresses: readonly string[];
}

/** RFC 5737; 192.0.2.0/24 is for the resolvers and the clients. */
const ipv4Networks = ['198.51.100', '203.0.113'];
/** One host in so many gets an IPv4 address: there are few of them to give. */
const ipv4Share = 12;
/** Kept for names that need one. */
const ipv4Reserve = 100;

/** The names that the benchmark's resolver knows, as configuration of dnsmasq. */
export class Zone {
  readonly lines: string[] = [];
  private names = 0;
  private given = 0;
  private readonly ipv4 = ipv4Networks.flatMap(network =>
    Array.from({ length: 254 }, (_, i) => `${network}.${i + 1}`),
  );

  /** Fresh names, each with as many fresh addresses. `ttl` in seconds. */
  hosts(count: number, { addresses = 1, ttl = 300 } = {}): Host[] {
    const some = () => Array.from({ length: addresses }, () => this.address());
    return Array.from({ length: count }, () => this.hostAt(some(), ttl));
  }

  /** A fresh name of addresses that exist already. */
  hostAt(addresses: readonly string[], ttl = 300): Host {
    const name = this.name();
    for (const address of addresses) this.lines.push(`host-record=${name},${address},${ttl}`);
    return { name, addresses };
  }

  /** A fresh name with one address of each family. */
  dualHost(): Host {
    return this.hostAt([this.ipv4Address(), this.ipv6Address()]);
  }

  /** A fresh name that leads to `host` through `hops` others. */
  alias(host: Host, hops: number): Host {
    let { name } = host;
    for (let hop = 0; hop < hops; hop++) {
      const alias = this.name();
      this.lines.push(`cname=${alias},${name}`);
      name = alias;
    }
    return { name, addresses: host.addresses };
  }

  /** An address that no name of this zone has; of either family while there are enough. */
  address(): string {
    const isTurn = this.given % ipv4Share === 0 && this.ipv4.length > ipv4Reserve;
    return isTurn ? this.ipv4Address() : this.ipv6Address();
  }

  /** @throws Error when all are given */
  ipv4Address(): string {
    this.given++;
    const address = this.ipv4.pop();
    if (address === undefined) throw new Error('no documentation IPv4 address is left');
    return address;
  }

  ipv6Address(): string {
    return `2001:db8:1000::${(++this.given).toString(16)}`;
  }

  private name(): string {
    return `host${++this.names}.example`;
  }
}
