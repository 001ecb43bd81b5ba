import type { DnsRecord } from '@tcppipe/events';
import type { Stamp } from '@tcppipe/source';
import type { DnsEvent } from './decode.js';
import { parseMessage } from './message.js';
import { Solicitor } from './solicitor.js';

/** A response without what only the writer knows: its number and wall-clock time. */
export type Response = Omit<DnsRecord, keyof Stamp | 'type'>;

/** Pairs responses with the queries seen before; queries themselves are not reported. */
export class Responses {
  private readonly solicitor = new Solicitor();

  /** The response in `event`, `query` where there is none to report, or `undecodable`. */
  of(event: DnsEvent): Response | 'query' | 'undecodable' {
    const message = parseMessage(event.message, event.wireBytes);
    if (!message) return event.isQuery ? 'query' : 'undecodable';
    const { txid, question } = message;
    const exchange = {
      sock: event.sock,
      txid,
      server: event.server,
      port: event.port,
      question: question?.key ?? '',
    };
    if (event.isQuery) {
      if (question) this.solicitor.ask(exchange, event.monoUs);
      return 'query';
    }
    const rttUs = question && this.solicitor.answer(exchange, event.monoUs);
    return {
      ...event.owner,
      netns: event.netns,
      ...event.places,
      txid,
      ...(question ? { qname: question.qname, qtype: question.qtype } : {}),
      rcode: message.rcode,
      answers: message.answers,
      resolver: event.server,
      proto: 'udp',
      ...(rttUs !== undefined ? { rtt_ms: rttUs / 1000 } : {}),
      solicited: rttUs !== undefined,
      ...(message.truncated ? { truncated: true } : {}),
    };
  }
}
