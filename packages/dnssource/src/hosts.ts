import { isIPv4, isIPv6 } from 'node:net';
import type { DnsRecord } from '@tcppipe/events';

/** Addresses that lead nowhere, and those that are `localhost` to the join whatever else a file calls them. */
const leftOutAddresses = new Set(['0.0.0.0', '::', '127.0.0.1', '::1']);

/** More entries than this are those of an ad blocker, not names that lead somewhere. */
const mostEntries = 10_000;
/** Of a name in one entry, so that it fits a line whatever the name; what is more goes into another. */
const mostAddresses = 8;
/** RFC 1035, section 3.1: what is longer no resolver asks for. */
const mostNameBytes = 255;

export type HostsEntry = Pick<DnsRecord, 'qname' | 'qtype' | 'rcode' | 'answers' | 'proto' | 'solicited'>;

/**
 * The entries of a hosts(5) text as DNS answers, one for each name and address family, or for eight addresses of them, in the
 * order of the file. `leftOut`: how many pairs of a name and an address are none, as there are too many or the name is too long.
 * Addresses that lead nowhere (0.0.0.0, ::) and those of `localhost` are left out, however they are written.
 */
export function hostsEntries(text: string): { entries: HostsEntry[]; leftOut: number } {
  const entries: HostsEntry[] = [];
  /** Those that may get more addresses. */
  const open = new Map<string, HostsEntry>();
  let leftOut = 0;
  for (const line of text.split('\n')) {
    const [written = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    const address = canonical(written);
    if (address === undefined || leftOutAddresses.has(address)) continue;
    const type = isIPv4(address) ? 'A' : 'AAAA';
    for (const given of names) {
      const name = given.toLowerCase().replace(/\.$/, '');
      if (name === '') continue;
      const key = `${type} ${name}`;
      let entry = open.get(key);
      if (!entry || entry.answers!.length >= mostAddresses) {
        if (entries.length >= mostEntries || Buffer.byteLength(name) > mostNameBytes) {
          leftOut++;
          continue;
        }
        entry = emptyEntry(name, type);
        open.set(key, entry);
        entries.push(entry);
      }
      entry.answers!.push({ name, type, ttl: 0, data: address });
    }
  }
  return { entries, leftOut };
}

/** Says that a file has no entries. */
export const noEntry: HostsEntry = {
  qname: '',
  rcode: 'NOERROR',
  answers: [],
  proto: 'hosts',
  solicited: true,
};

function emptyEntry(qname: string, qtype: string): HostsEntry {
  return { qname, qtype, rcode: 'NOERROR', answers: [], proto: 'hosts', solicited: true };
}

/**
 * The address as records have it: RFC 5952 text, which the URL parser writes
 * (https://url.spec.whatwg.org/#concept-ipv6-serializer), and a mapped one as the IPv4 address that connects go to.
 * Undefined for what is none.
 */
function canonical(text: string): string | undefined {
  if (isIPv4(text)) return text;
  if (!isIPv6(text)) return undefined;
  const address = new URL(`http://[${text.replace(/%.*/, '')}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  if (!mapped) return address;
  return mapped
    .slice(1)
    .map(group => Number.parseInt(group, 16))
    .flatMap(group => [group >> 8, group & 0xff])
    .join('.');
}
