import type { DnsRecord } from '@tcppipe/events';
import type { Stamp } from '@tcppipe/source';
import { type Asker, Askers } from './askers.js';
import { Daemons } from './daemons.js';
import type { DnsEvent } from './decode.js';
import { idAndQuestion } from './exchange.js';
import { parseMessage } from './message.js';
import { type Query, Solicitor } from './solicitor.js';
import { TcpStreams } from './tcp-streams.js';

/** What an event came to. */
export interface Outcome {
  responses: DnsRecord[];
  /** Responses that could not be read, and streams that could not be put together. */
  undecodable: number;
}

const nothing: Outcome = { responses: [], undecodable: 0 };

/** Makes responses of events: pairs them with the queries seen before, and puts TCP streams together. */
export class Responses {
  private readonly solicitor = new Solicitor();
  private readonly askers = new Askers();
  private readonly streams = new TcpStreams();
  private readonly daemons = new Daemons();

  /** `stamp` gives number and time of the next record, and every stamp is in one. */
  constructor(private readonly stamp: (monoUs: number) => Stamp) {}

  of(event: DnsEvent): Outcome {
    switch (event.kind) {
      case 'query':
        this.askers.add(event.sock, this.ask(event, event.bytes));
        return nothing;
      case 'response':
        return outcome([this.response(event, event.bytes, event.wireBytes, 'udp')]);
      case 'served':
        this.daemons.add(event.owner);
        return nothing;
      case 'tcp out':
        for (const { bytes } of this.messages(event)) this.ask(event, bytes);
        return nothing;
      case 'tcp in':
        return this.tcpResponses(event);
      default:
        return nothing;
    }
  }

  private tcpResponses(event: DnsEvent): Outcome {
    const broken = this.streams.broken;
    const found = this.messages(event).map(({ bytes, wireBytes }) =>
      this.response(event, bytes, wireBytes, 'tcp'),
    );
    const { responses, undecodable } = outcome(found);
    return { responses, undecodable: undecodable + this.streams.broken - broken };
  }

  private messages({ kind, sock, seq, bytes }: DnsEvent): { bytes: Buffer; wireBytes: number }[] {
    const key = `${sock} ${kind}`;
    if (bytes.length > 0) return this.streams.push(key, seq, bytes);
    this.streams.begin(key, seq);
    return [];
  }

  private ask({ peers, monoUs, owner, places, netns }: DnsEvent, bytes: Buffer): Query {
    const query = { monoUs, owner, places, netns };
    const asked = idAndQuestion(bytes);
    if (asked !== undefined) this.solicitor.ask(peers + asked, query);
    return query;
  }

  /** Who asked last on the socket of an answer to no query: what the kernel remembers of it is never older. */
  private lastAsker({ owner, places, netns, sock }: DnsEvent): Asker {
    const known = this.askers.of(sock);
    return owner || !known ? { owner, places, netns } : known;
  }

  private response(
    event: DnsEvent,
    bytes: Buffer,
    wireBytes: number,
    proto: 'udp' | 'tcp',
  ): DnsRecord | undefined {
    const message = parseMessage(bytes, wireBytes);
    if (!message) return undefined;
    const { monoUs } = event;
    const { question } = message;
    const asked = idAndQuestion(bytes);
    const query = asked === undefined ? undefined : this.solicitor.answer(event.peers + asked, monoUs);
    const { owner, places, netns } = query ?? this.lastAsker(event);
    const { ts, mono_us, run, seq } = this.stamp(monoUs);
    // Its keys in the order of the schema, one by one: spreading parts into it costs half of a source's time.
    const response: Partial<DnsRecord> = { type: 'dns', ts, mono_us, run, seq };
    if (owner) {
      const { pid, tid, uid, comm, pid_start_us } = owner;
      response.pid = pid;
      response.tid = tid;
      response.uid = uid;
      response.comm = comm;
      response.pid_start_us = pid_start_us;
    }
    if (netns !== undefined) response.netns = netns;
    if (places.mntns !== undefined) response.mntns = places.mntns;
    if (places.cgroup !== undefined) response.cgroup = places.cgroup;
    response.sock = event.sock;
    response.txid = message.txid;
    if (question) {
      response.qname = question.qname;
      response.qtype = question.qtype;
    }
    response.rcode = message.rcode;
    response.answers = message.answers;
    response.resolver = event.server;
    response.proto = proto;
    if (query) response.rtt_ms = Math.max(0, monoUs - query.monoUs) / 1000;
    response.solicited = query !== undefined;
    if (message.truncated) response.truncated = true;
    if (this.daemons.has(owner)) response.daemon = true;
    return response as DnsRecord;
  }
}

function outcome(found: (DnsRecord | undefined)[]): Outcome {
  const responses = found.filter(response => response !== undefined);
  return { responses, undecodable: found.length - responses.length };
}
