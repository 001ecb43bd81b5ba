import { isIP, isIPv4 } from 'node:net';
import type { DnsRecord } from '@tcppipe/events';

/** Addresses that lead nowhere, and those that are `localhost` to the join whatever else a file calls them. */
const leftOutAddresses = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/** More lines than this are those of an ad blocker, not names that lead somewhere. */
const mostNames = 10_000;

export type HostsEntry = Pick<DnsRecord, 'qname' | 'qtype' | 'rcode' | 'answers' | 'proto' | 'solicited'>;

/**
 * The entries of a hosts(5) text as DNS answers, one for each name and address family, in the order of the file.
 * Addresses that lead nowhere (0.0.0.0, ::) and those of `localhost` are left out.
 */
export function hostsEntries(text: string): { entries: HostsEntry[]; leftOut: number } {
  const entries = new Map<string, HostsEntry>();
  let leftOut = 0;
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0 || leftOutAddresses.has(address)) continue;
    const type = isIPv4(address) ? 'A' : 'AAAA';
    for (const given of names) {
      const name = given.toLowerCase().replace(/\.$/, '');
      if (name === '') continue;
      const key = `${type} ${name}`;
      if (!entries.has(key) && entries.size >= mostNames) {
        leftOut++;
        continue;
      }
      const entry = entries.get(key) ?? emptyEntry(name, type);
      entry.answers!.push({ name, type, ttl: 0, data: canonical(address) });
      entries.set(key, entry);
    }
  }
  return { entries: [...entries.values()], leftOut };
}

function emptyEntry(qname: string, qtype: string): HostsEntry {
  return { qname, qtype, rcode: 'NOERROR', answers: [], proto: 'hosts', solicited: true };
}

/** RFC 5952 text; the URL parser writes IPv6 that way (https://url.spec.whatwg.org/#concept-ipv6-serializer). */
function canonical(address: string): string {
  return isIPv4(address) ? address : new URL(`http://[${address.replace(/%.*/, '')}]/`).hostname.slice(1, -1);
}
