import type { AnyRecord } from '@tcppipe/events';

/** How a name leads to an address: over which CNAMEs, and for how many seconds, if that is known. */
export interface Link {
  readonly chain: readonly string[];
  readonly ttl: number | undefined;
}

/** Addresses taken from one response: a 4 KiB reply could hold 250 and flush the table in 40 packets. */
const maxAddresses = 64;
const maxChain = 16;
/** Longest text of an address: ::ffff: with an IPv4 address in full length. */
const maxAddressChars = 45;
/** RFC 2181, section 8: a TTL has 31 bits. */
const maxTtl = 2 ** 31 - 1;

const noChain: readonly string[] = [];
const nothing: ReadonlyMap<string, Link> = new Map();

/**
 * The addresses a `dns` record gives for its qname. Only addresses whose owner name lies on the CNAME chain from qname
 * count; a response may carry others, and anybody may write any record. A hosts file gives no TTL.
 */
export function linksIn({ qname, rcode, proto, answers }: AnyRecord): ReadonlyMap<string, Link> {
  if (typeof qname !== 'string' || qname === '') return nothing;
  if ((rcode !== undefined && rcode !== 'NOERROR') || !Array.isArray(answers)) return nothing;
  const given = answers.filter(isAnswer);
  const links = linksFrom(qname, given);
  const found = new Map<string, Link>();
  for (const { name, type, ttl, data } of given) {
    if (found.size >= maxAddresses) break;
    if ((type !== 'A' && type !== 'AAAA') || data.length > maxAddressChars) continue;
    const link = links.get(name);
    if (!link) continue;
    const least = proto === 'hosts' ? undefined : leastTtl(link.ttl, ttl);
    found.set(addressKey(data), { chain: link.chain, ttl: least });
  }
  return found;
}
/** IPv4 in IPv6 clothes counts as the IPv4 address that the connection is reported with. */
export function addressKey(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

interface GivenAnswer {
  name: string;
  type: string;
  ttl: unknown;
  data: string;
}

function isAnswer(value: unknown): value is GivenAnswer {
  if (typeof value !== 'object' || value === null) return false;
  const { name, type, data } = value as AnyRecord;
  return typeof name === 'string' && typeof type === 'string' && typeof data === 'string';
}

/** The names on the way from qname, each with the CNAMEs that lead to it. */
function linksFrom(qname: string, answers: GivenAnswer[]): Map<string, Link> {
  const cnames = new Map<string, GivenAnswer>();
  for (const answer of answers) if (answer.type === 'CNAME') cnames.set(answer.name, answer);
  const links = new Map<string, Link>([[qname, { chain: noChain, ttl: undefined }]]);
  let name = qname;
  for (let cname = cnames.get(name); cname && links.size <= maxChain; cname = cnames.get(name)) {
    const { chain, ttl } = links.get(name)!;
    name = cname.data;
    if (links.has(name)) break;
    links.set(name, { chain: [...chain, name], ttl: leastTtl(ttl, cname.ttl) });
  }
  return links;
}

function leastTtl(a: number | undefined, b: unknown): number | undefined {
  if (!Number.isSafeInteger(b) || (b as number) < 0) return a;
  return Math.min(a ?? maxTtl, b as number, maxTtl);
}
