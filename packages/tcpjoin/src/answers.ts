import type { AnyRecord } from '@tcppipe/events';

/** How a name is led to, and for how many seconds that holds, if it is known. */
interface Way {
  readonly name: string;
  /** The CNAMEs on the way, with the name itself at the end where it is one. */
  readonly chain: readonly string[];
  readonly ttl: number | undefined;
}

/** How a name leads to an address. */
export interface Link extends Omit<Way, 'name'> {
  readonly address: string;
}

/** Addresses taken from one response: a 4 KiB reply could hold 250 and flush the table in 40 packets. */
const maxAddresses = 64;
const maxChain = 16;
/** Longest text of an address: ::ffff: with an IPv4 address in full length. */
const maxAddressChars = 45;
/** RFC 2181, section 8: a TTL has 31 bits. */
const maxTtl = 2 ** 31 - 1;

const noChain: readonly string[] = [];
const nothing: readonly never[] = [];

/**
 * The addresses a `dns` record gives for its qname, each once. Only addresses whose owner name lies on the CNAME chain
 * from qname count; a response may carry others, and anybody may write any record. A hosts file gives no TTL.
 */
export function linksIn({ qname, rcode, proto, answers }: AnyRecord): readonly Link[] {
  if (typeof qname !== 'string' || qname === '') return nothing;
  if ((rcode !== undefined && rcode !== 'NOERROR') || !Array.isArray(answers)) return nothing;
  const ways = waysFrom(qname, answers);
  let links: readonly Link[] = nothing;
  for (const answer of answers) {
    if (links.length >= maxAddresses) break;
    if (!isAnswer(answer) || !isAddress(answer)) continue;
    const { name, ttl, data } = answer;
    const way = ways.find(way => way.name === name);
    if (!way) continue;
    const address = addressKey(data);
    const least = proto === 'hosts' ? undefined : leastTtl(way.ttl, ttl);
    const link = { address, chain: way.chain, ttl: least };
    const known = links.findIndex(link => link.address === address);
    // Not pushed: most are alone, and an array that grows has room for sixteen more.
    links = known < 0 ? links.concat(link) : links.with(known, link);
  }
  return links;
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

function isAddress({ type, data }: GivenAnswer): boolean {
  return (type === 'A' || type === 'AAAA') && data.length <= maxAddressChars;
}

/** The names that qname leads to over CNAMEs, itself first. Of several CNAMEs of one name the last counts. */
function waysFrom(qname: string, answers: readonly unknown[]): readonly Way[] {
  let way: Way = { name: qname, chain: noChain, ttl: undefined };
  const ways = [way];
  while (ways.length <= maxChain) {
    const { name, chain, ttl } = way;
    const isNext = (answer: unknown): answer is GivenAnswer =>
      isAnswer(answer) && answer.type === 'CNAME' && answer.name === name;
    const cname = answers.findLast(isNext);
    if (!cname || ways.some(({ name }) => name === cname.data)) break;
    way = { name: cname.data, chain: [...chain, cname.data], ttl: leastTtl(ttl, cname.ttl) };
    ways.push(way);
  }
  return ways;
}

function leastTtl(a: number | undefined, b: unknown): number | undefined {
  if (!Number.isSafeInteger(b) || (b as number) < 0) return a;
  return Math.min(a ?? maxTtl, b as number, maxTtl);
}
