import type { Address } from './addresses.js';
import type { AnswerTable } from './table.js';

/** RFC 7858: DNS over TLS. */
export const tlsPort = 853;
export const httpsPort = 443;
/** Public resolvers that speak DNS over HTTPS at their well-known addresses: Cloudflare, Google, Quad9. */
const httpsResolvers = new Set([
  ...['1.1.1.1', '1.0.0.1', '2606:4700:4700::1111', '2606:4700:4700::1001'],
  ...['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'],
  ...['9.9.9.9', '149.112.112.112', '2620:fe::fe', '2620:fe::9'],
]);

/** An address that processes connect to. */
export class Destination {
  readonly isLoopback: boolean;
  private readonly isHttpsResolver: boolean;
  private found: Address | undefined;

  constructor(readonly address: string) {
    this.isLoopback = address === '127.0.0.1' || address === '::1';
    this.isHttpsResolver = httpsResolvers.has(address);
  }

  /** Whether who connects to this port there asks for names in a way that nobody can see. */
  isEncryptedDns(dport: unknown): boolean {
    return dport === tlsPort || (dport === httpsPort && this.isHttpsResolver);
  }

  /** What the table, always the same one, knows of it; looked up again only when that was forgotten. */
  knownTo(table: AnswerTable): Address | undefined {
    if (this.found === undefined || this.found.isForgotten) this.found = table.find(this.address);
    return this.found;
  }
}
