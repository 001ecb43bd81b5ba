import { type AnyRecord, escapeDangerous } from '@tcppipe/events';
import { answersIn, type Owner } from './answers.js';
import { type Admission, type Connection, type Knowledge, type Verdict, verdictOn } from './evidence.js';
import type { Item } from './item.js';
import { Processes } from './processes.js';
import { joinedLine } from './splice.js';
import { AnswerTable, type Space } from './table.js';
import { Watch } from './watch.js';

export interface JoinOptions extends Admission {
  /** Addresses remembered. */
  readonly max: number;
  /** Whether answers count that nobody asked for. */
  readonly unsolicited: boolean;
  /** Whether DNS records are passed on. */
  readonly passDns: boolean;
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
  lineFor(item: Item): string | undefined {
    const verdict = this.verdictFor(item);
    if (item.text === '' || (!verdict && item.dns && !this.options.passDns)) return undefined;
    const text = item.isPlain ? item.text : escapeDangerous(item.text);
    return verdict ? joinedLine(text, item.record, verdict) : text;
  }

  /** Name and evidence for a record about a connection of ours; undefined for any other, which is learnt from. */
  verdictFor(item: Item): Verdict | undefined {
    const { connection, record } = item;
    if (!connection) {
      if (record) this.learn(record, item);
      return undefined;
    }
    this.joinedTo = item.time;
    if (isEncryptedDns(connection)) this.known.processes.encrypted(connection.owner, connection.at);
    const verdict = verdictOn(connection, this.known, this.options);
    return 'reason' in verdict.dns && isNamed(record) ? undefined : verdict;
  }

  private learn(record: AnyRecord, item: Item): void {
    const { watch } = this.known;
    if (item.dns) this.learnAnswers(record, item);
    else if (record.tool !== 'dnssource') return;
    else if (record.type === 'lost') watch.lost(item.time);
    watch.alive(item.time);
  }

  private learnAnswers(record: AnyRecord, { time, owner }: Item): void {
    if (record.solicited === false && !this.options.unsolicited) return;
    const { table, processes } = this.known;
    processes.answered(owner, time);
    const answers = answersIn(record, time, owner);
    if (answers.size > 0 && time <= this.joinedTo) this.late++;
    const space = spaceOf(record, owner);
    for (const [address, answer] of answers) table.add(space, address, answer);
  }
}

/** A name from an earlier join stays where this one knows none: its input may be that one's output, without the answers. */
function isNamed(record: AnyRecord | undefined): boolean {
  return typeof record?.query === 'string';
}

function spaceOf({ proto, daemon }: AnyRecord, { netns }: Owner): Space {
  if (proto === 'hosts') return 'hosts';
  return daemon === true ? 'resolver' : netns;
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
