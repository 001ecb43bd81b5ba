import type { Emitter } from '@tcppipe/source';
import { type Asker, Askers } from './askers.js';
import { Daemons } from './daemons.js';
import type { DnsEvent } from './decode.js';
import { idAndQuestion } from './exchange.js';
import { parseMessage } from './message.js';
import { responseRecord } from './response-record.js';
import { type Query, Solicitor } from './solicitor.js';
import type { StreamMessage } from './tcp-stream.js';
import { TcpStreams } from './tcp-streams.js';

/** Makes responses of events: pairs them with the queries seen before, and puts TCP streams together. */
export class Responses {
  private readonly solicitor = new Solicitor();
  private readonly askers = new Askers();
  private readonly sent = new TcpStreams();
  private readonly received = new TcpStreams();
  private readonly daemons = new Daemons();

  constructor(private readonly emitter: Pick<Emitter, 'stamp' | 'emit' | 'lose' | 'wanted'>) {}

  /** Queries whose answers count as unsolicited, as too many were open at once. */
  get forgottenQueries(): number {
    return this.solicitor.forgotten;
  }

  /** Connections whose queries could not be put together any more, so that answers on them count as unsolicited. */
  get givenUpConnections(): number {
    return this.sent.givenUp;
  }

  /** Learns from an event, and emits what responses it holds. Those that cannot be read are lost. */
  take(event: DnsEvent): void {
    switch (event.kind) {
      case 'query':
        this.askers.add(event.sock, this.ask(event, event.bytes));
        break;
      case 'response':
        this.respond(event, event, 'udp');
        break;
      case 'served':
        this.daemons.add(event.owner);
        break;
      case 'tcp out':
        for (const { bytes } of messagesOf(this.sent, event)) this.ask(event, bytes);
        break;
      case 'tcp in':
        this.respondOverTcp(event);
    }
  }

  private respondOverTcp(event: DnsEvent): void {
    const { givenUp } = this.received;
    for (const message of messagesOf(this.received, event)) {
      if (this.emitter.wanted <= 0) return;
      this.respond(event, message, 'tcp');
    }
    const lost = this.received.givenUp - givenUp;
    if (lost > 0) this.emitter.lose(lost, 'undecodable');
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

  private respond(event: DnsEvent, { bytes, wireBytes }: StreamMessage, proto: 'udp' | 'tcp'): void {
    const message = parseMessage(bytes, wireBytes);
    if (!message?.isResponse) {
      this.emitter.lose(1, 'undecodable');
      return;
    }
    const { monoUs, peers } = event;
    const asked = idAndQuestion(bytes);
    const query = asked === undefined ? undefined : this.solicitor.answer(peers + asked, monoUs);
    const asker = query ?? this.lastAsker(event);
    const isDaemon = this.daemons.has(asker.owner);
    const stamp = this.emitter.stamp(monoUs);
    this.emitter.emit(responseRecord(stamp, event, message, { asker, query, proto, isDaemon }));
  }
}

function messagesOf(streams: TcpStreams, { sock, seq, bytes, monoUs }: DnsEvent): StreamMessage[] {
  if (bytes.length > 0) return streams.push(sock, seq, bytes, monoUs);
  streams.begin(sock, seq);
  return [];
}
