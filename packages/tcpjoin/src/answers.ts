import type { AnyRecord } from '@tcppipe/events';

/** That a name led to an address: what one response (or one line of a hosts file) says. */
export interface Answer {
  /** When it was received, in event time (microseconds). */
  readonly time: number;
  /** The name asked for. */
  readonly qname: string;
  /** The CNAMEs between it and the address. */
  readonly chain: readonly string[];
  /** Seconds, the least along the chain; undefined where nothing expires (a hosts file) or nothing is known. */
  readonly ttl: number | undefined;
  readonly resolver: string | undefined;
  /** Whether it comes from a hosts file: that stays true however old it is. */
  readonly isStatic: boolean;
  readonly owner: Owner;
}

/** Who received an answer or made a connection. Unknown numbers are NaN, which equals nothing. */
export interface Owner {
  readonly pid: number;
  /** Start of the process in event time (microseconds). */
  readonly start: number;
  readonly netns: number;
  readonly mntns: number;
}

/** Addresses taken from one response: a 4 KiB reply could hold 250 and flush the table in 40 packets. */
const maxAddresses = 64;
const maxChain = 16;
/** Longest text of an address: ::ffff: with an IPv4 address in full length. */
const maxAddressChars = 45;
/** RFC 2181, section 8: a TTL has 31 bits. */
const maxTtl = 2 ** 31 - 1;

interface Link {
  readonly chain: readonly string[];
  readonly ttl: number | undefined;
}

/**
 * The addresses a `dns` record gives for its qname, each with its evidence. Only addresses whose owner name lies
 * on the CNAME chain from qname count; a response may carry others, and anybody may write any record.
 */
export function answersIn(record: AnyRecord, time: number, owner: Owner): Map<string, Answer> {
  const found = new Map<string, Answer>();
  const { qname, rcode, resolver } = record;
  if (typeof qname !== 'string' || qname === '') return found;
  if (rcode !== undefined && rcode !== 'NOERROR') return found;
  const given = Array.isArray(record.answers) ? record.answers.filter(isAnswer) : [];
  const links = linksFrom(qname, given);
  const isStatic = record.proto === 'hosts';
  for (const { name, type, ttl, data } of given) {
    if (found.size >= maxAddresses) break;
    if ((type !== 'A' && type !== 'AAAA') || data.length > maxAddressChars) continue;
    const link = links.get(name);
    if (!link) continue;
    found.set(addressKey(data), {
      time,
      qname,
      chain: link.chain,
      ttl: isStatic ? undefined : leastTtl(link.ttl, ttl),
      resolver: typeof resolver === 'string' ? resolver : undefined,
      isStatic,
      owner,
    });
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
  const links = new Map<string, Link>([[qname, { chain: [], ttl: undefined }]]);
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
