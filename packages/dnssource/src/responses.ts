import type { DnsRecord } from '@tcppipe/events';
import type { Stamp } from '@tcppipe/source';
import { Daemons } from './daemons.js';
import type { DnsEvent } from './decode.js';
import { parseMessage } from './message.js';
import { Solicitor } from './solicitor.js';
import { TcpStreams } from './tcp-streams.js';

/** A response without what only the writer knows: its number and wall-clock time. */
export type Response = Omit<DnsRecord, keyof Stamp | 'type'>;

/** What an event came to. */
export interface Outcome {
  responses: Response[];
  /** Responses that could not be read, and streams that could not be put together. */
  undecodable: number;
}

const nothing: Outcome = { responses: [], undecodable: 0 };

/** Makes responses of events: pairs them with the queries seen before, and puts TCP streams together. */
export class Responses {
  private readonly solicitor = new Solicitor();
  private readonly streams = new TcpStreams();
  private readonly daemons = new Daemons();

  /**
   * `hostNetns` is the network namespace whose resolver daemons are the host's. Anybody may make a namespace and answer
   * on port 53 in it; who believes daemons must not believe those.
   */
  constructor(private readonly hostNetns: number) {}

  of(event: DnsEvent): Outcome {
    switch (event.kind) {
      case 'query':
        this.ask(event, event.bytes, event.wireBytes);
        return nothing;
      case 'response':
        return this.outcome([this.response(event, event.bytes, event.wireBytes, 'udp')]);
      case 'served':
        if (event.netns === this.hostNetns) this.daemons.add(event.owner);
        return nothing;
      case 'tcp out':
        for (const { bytes, wireBytes } of this.messages(event)) this.ask(event, bytes, wireBytes);
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
    const outcome = this.outcome(found);
    return { ...outcome, undecodable: outcome.undecodable + this.streams.broken - broken };
  }

  private messages({ kind, sock, seq, bytes }: DnsEvent): { bytes: Buffer; wireBytes: number }[] {
    const key = `${sock} ${kind}`;
    if (bytes.length > 0) return this.streams.push(key, seq, bytes);
    this.streams.begin(key, seq);
    return [];
  }

  private outcome(found: (Response | undefined)[]): Outcome {
    const responses = found.filter(response => response !== undefined);
    return { responses, undecodable: found.length - responses.length };
  }

  private ask({ sock, server, port, monoUs }: DnsEvent, bytes: Buffer, wireBytes: number): void {
    const message = parseMessage(bytes, wireBytes);
    if (!message?.question) return;
    this.solicitor.ask({ sock, txid: message.txid, server, port, question: message.question.key }, monoUs);
  }

  private response(
    event: DnsEvent,
    bytes: Buffer,
    wireBytes: number,
    proto: 'udp' | 'tcp',
  ): Response | undefined {
    const message = parseMessage(bytes, wireBytes);
    if (!message) return undefined;
    const { sock, server, port, monoUs } = event;
    const { txid, question } = message;
    const rttUs =
      question && this.solicitor.answer({ sock, txid, server, port, question: question.key }, monoUs);
    // Its keys in the order of the schema, one by one: spreading parts into it costs half of a source's time.
    const response: Partial<Response> = {};
    if (event.owner) {
      const { pid, tid, uid, comm, pid_start_us } = event.owner;
      response.pid = pid;
      response.tid = tid;
      response.uid = uid;
      response.comm = comm;
      response.pid_start_us = pid_start_us;
    }
    response.netns = event.netns;
    if (event.places.mntns !== undefined) response.mntns = event.places.mntns;
    if (event.places.cgroup !== undefined) response.cgroup = event.places.cgroup;
    response.sock = sock;
    response.txid = txid;
    if (question) {
      response.qname = question.qname;
      response.qtype = question.qtype;
    }
    response.rcode = message.rcode;
    response.answers = message.answers;
    response.resolver = server;
    response.proto = proto;
    if (rttUs !== undefined) response.rtt_ms = rttUs / 1000;
    response.solicited = rttUs !== undefined;
    if (message.truncated) response.truncated = true;
    if (this.daemons.has(event.owner)) response.daemon = true;
    return response as Response;
  }
}
