import type { Answer, AnyRecord } from '@tcppipe/events';

/** Addresses that bcc's tcpconnect -d remembers. */
const remembered = 10_240;

/**
 * The name bcc's `tcpconnect -d` would show for each connect: that of the latest answer with the address, whoever
 * received it and whether or not it was asked for. It sees UDP only.
 * @param records in event order, which is kinder to the rule than the two buffers that bcc reads one after the other
 */
export function namesByBccsRule(records: readonly AnyRecord[]): Map<AnyRecord, string | null> {
  const cache = new Map<string, string>();
  const remember = (address: string, name: string) => {
    cache.delete(address);
    cache.set(address, name);
    if (cache.size > remembered) cache.delete(cache.keys().next().value!);
  };
  const names = new Map<AnyRecord, string | null>();
  for (const record of records) {
    if (record.type === 'dns' && record.proto === 'udp') {
      for (const { type, data } of (record.answers ?? []) as Answer[]) {
        if (type === 'A' || type === 'AAAA') remember(data, record.qname as string);
      }
    } else if (record.type === 'connect') {
      const daddr = record.daddr as string;
      const name = cache.get(daddr);
      if (name !== undefined) remember(daddr, name);
      names.set(record, name ?? null);
    }
  }
  return names;
}
