import type { DnsRecord } from '@tcppipe/events';
import type { Stamp } from '@tcppipe/source';
import type { Asker } from './askers.js';
import type { DnsEvent } from './decode.js';
import type { Message } from './message.js';
import type { Query } from './solicitor.js';

/** How a response came, and to whom. */
export interface Exchange {
  readonly asker: Asker;
  /** The query that it answers, if any. */
  readonly query: Query | undefined;
  readonly proto: 'udp' | 'tcp';
  /** Whether the asker answers queries of others. */
  readonly isDaemon: boolean;
}

/** The record of a response. Its keys in the order of the schema, one by one: spreading parts into it costs half of a source's time. */
export function responseRecord(
  { ts, mono_us, run, seq }: Stamp,
  event: DnsEvent,
  { txid, question, rcode, answers, truncated }: Message,
  { asker, query, proto, isDaemon }: Exchange,
): DnsRecord {
  const { owner, netns, places } = asker;
  const record: Partial<DnsRecord> = { type: 'dns', ts, mono_us, run, seq };
  if (owner) {
    const { pid, tid, uid, comm, pid_start_us } = owner;
    record.pid = pid;
    record.tid = tid;
    record.uid = uid;
    record.comm = comm;
    record.pid_start_us = pid_start_us;
  }
  if (netns !== undefined) record.netns = netns;
  if (places.mntns !== undefined) record.mntns = places.mntns;
  if (places.cgroup !== undefined) record.cgroup = places.cgroup;
  record.sock = event.sock;
  record.txid = txid;
  if (question) {
    record.qname = question.qname;
    record.qtype = question.qtype;
  }
  record.rcode = rcode;
  record.answers = answers;
  record.resolver = event.server;
  record.proto = proto;
  if (query) record.rtt_ms = Math.max(0, mono_us - query.monoUs) / 1000;
  record.solicited = query !== undefined;
  if (truncated) record.truncated = true;
  if (isDaemon) record.daemon = true;
  return record as DnsRecord;
}
