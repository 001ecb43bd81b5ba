import { escapeDangerous } from '@tcppipe/events';
import { findingOn, type Knowledge, type Verdict, verdictFrom } from './evidence.js';
import type { Item, Response } from './item.js';
import type { Admission, Connection, Named } from './names.js';
import { Processes } from './processes.js';
import type { Space } from './shares.js';
import { isAscii, joinedText, withoutVerdict } from './splice.js';
import { AnswerTable } from './table.js';
import { Watch } from './watch.js';

export interface JoinOptions extends Admission {
  /** Addresses remembered. */
  readonly max: number;
  /** Whether answers count that nobody asked for. */
  readonly unsolicited: boolean;
  /** Whether DNS records are passed on. */
  readonly passDns: boolean;
}

/** A line to write, without its newline. */
export interface OutLine {
  readonly text: string;
  /** Whether it is known to be ASCII. */
  readonly isAscii: boolean;
}

/** The join itself: records in event order in, lines out. */
export class Join {
  /** DNS answers that came after connections at a later time had been joined. */
  late = 0;
  private readonly known: Knowledge;
  private joinedTo = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: JoinOptions) {
    this.known = {
      table: new AnswerTable(options.max),
      processes: new Processes(options.max),
      watch: new Watch(),
    };
  }

  /** The line to write for a record; undefined when it is consumed. */
  lineFor(item: Item): OutLine | undefined {
    const { text, isPlain, connection, joined } = item;
    const finding = this.take(item);
    if (text === '' || (item.dns && !this.options.passDns)) return undefined;
    const safe = isPlain ? text : escapeDangerous(text);
    if (finding === undefined) return { text: safe, isAscii: isPlain };
    const before = joined ? withoutVerdict(safe) : safe;
    return { text: joinedText(before, finding, connection!.at), isAscii: isPlain && isAscii(finding) };
  }

  /** Name and evidence for a record about a connection of ours; undefined for any other, which is learnt from. */
  verdictFor(item: Item): Verdict | undefined {
    const finding = this.take(item);
    return finding === undefined ? undefined : verdictFrom(finding, item.connection!.at);
  }

  /** What is found of the connection that the record is about, if there is something to be said; else learns from it. */
  private take({ connection, joined, news, time }: Item): Named | string | undefined {
    if (!connection) {
      if (news !== undefined) this.learn(news, time);
      return undefined;
    }
    this.joinedTo = time;
    if (isEncryptedDns(connection)) this.known.processes.encrypted(connection.owner, connection.at);
    const finding = findingOn(connection, this.known, this.options);
    // A name from an earlier join stays: the input may be that one's output, without the answers.
    return typeof finding === 'string' && joined === 'named' ? undefined : finding;
  }

  private learn(news: Exclude<Item['news'], undefined>, time: number): void {
    const { watch } = this.known;
    if (news === 'lost') watch.lost(time);
    else if (news !== 'alive') this.learnAnswers(news, time);
    watch.alive(time);
  }

  private learnAnswers(response: Response, time: number): void {
    const { owner, links, isUnsolicited, ...said } = response;
    if (isUnsolicited && !this.options.unsolicited) return;
    const { table, processes } = this.known;
    processes.answered(owner, time);
    if (links.size > 0 && time <= this.joinedTo) this.late++;
    const space = spaceOf(response);
    for (const [address, { chain, ttl }] of links)
      table.add(space, address, { ...said, chain, owner }, time, ttl);
  }
}

function spaceOf({ isStatic, isOfDaemon, owner }: Response): Space {
  if (isStatic) return 'hosts';
  return isOfDaemon ? 'resolver' : owner.netns;
}
/** RFC 7858: DNS over TLS. */
const tlsPort = 853;
/** Public resolvers that speak DNS over HTTPS at their well-known addresses: Cloudflare, Google, Quad9. */
const httpsResolvers = new Set([
  ...['1.1.1.1', '1.0.0.1', '2606:4700:4700::1111', '2606:4700:4700::1001'],
  ...['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'],
  ...['9.9.9.9', '149.112.112.112', '2620:fe::fe', '2620:fe::9'],
]);

function isEncryptedDns({ daddr, dport }: Connection): boolean {
  return dport === tlsPort || (dport === 443 && httpsResolvers.has(daddr));
}
