import { FlatLinesAgain, type LineSink } from '@tcppipe/cli';
import { escapeDangerous } from '@tcppipe/events';
import { findingOn, type Knowledge, type Verdict, verdictFrom } from './evidence.js';
import { FindingCache } from './finding-cache.js';
import type { Item } from './item.js';
import type { StoredBlock } from './line-store.js';
import { type Admission, isBetter, type Named } from './names.js';
import { OpenConnections } from './open-connections.js';
import type { Owner } from './owners.js';
import { Processes } from './processes.js';
import { type Response, responseIn } from './response.js';
import type { Space } from './shares.js';
import { isAscii, joinedText, tailOf, withoutVerdict } from './splice.js';
import { AnswerTable } from './table.js';
import { Watches } from './watch.js';

export interface JoinOptions extends Admission {
  /** Places in the table, one for each question of a process and address it led to; and processes remembered. */
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
  private readonly cache: FindingCache;
  private readonly open: OpenConnections;
  private readonly lines = new FlatLinesAgain();
  private joinedTo = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: JoinOptions) {
    this.known = {
      table: new AnswerTable(options.max),
      processes: new Processes(options.max),
      watches: new Watches(),
    };
    this.open = new OpenConnections(options.max);
    this.cache = new FindingCache(this.known.table, this.known.processes, this.open);
  }

  /** Writes the line of a record, unless it is consumed. */
  write(item: Item, out: LineSink): void {
    const { connection, block } = item;
    const told = this.toldOf(item);
    if (connection && block && !told && item.joined === undefined && this.cache.write(item, block, out)) {
      this.joinedTo = item.time;
      this.open.note(connection, item.stage, this.cache.written);
      return;
    }
    const finding = this.take(item, told);
    if (connection && typeof finding === 'object' && this.cache.keep(item, connection, finding)) {
      if (block && item.joined === undefined && this.cache.write(item, block, out)) return;
    }
    if (item.dns && !this.options.passDns) return;
    if (item.block && item.joined === undefined && (finding === undefined || isAscii(finding))) {
      writeBytes(item, item.block, finding, out);
    } else {
      const text = textOf(item);
      if (text === '') return;
      if (finding === undefined) out.write(text);
      else out.write(joinedText(item.joined ? withoutVerdict(text) : text, finding, item.at));
    }
  }

  /** From this event time on somebody may have received an answer that is not among the records. */
  cut(time: number): void {
    this.known.watches.cut(time);
  }

  /** Name and evidence for a record about a connection of ours; undefined for any other, which is learnt from. */
  verdictFor(item: Item): Verdict | undefined {
    const finding = this.take(item, this.toldOf(item));
    return finding === undefined ? undefined : verdictFrom(finding, item.at);
  }

  /** What is found of the connection that the record is about, if there is something to be said; else learns from it. */
  private take(item: Item, told: Named | undefined): Named | string | undefined {
    const { connection, joined, news, time, owner, stage } = item;
    if (!connection) {
      if (news === 'response')
        this.learn(responseIn(this.lines.record(item.block!.bytes, item.start), owner), time, owner);
      else if (news !== undefined) this.learn(news, time, owner);
      return undefined;
    }
    this.joinedTo = time;
    if (connection.daddr.isEncryptedDns(connection.dport))
      this.known.processes.encrypted(connection.owner, connection.at);
    const found = findingOn(connection, this.known, this.options);
    // Only an answer that came late makes it better.
    const finding = told && !(typeof found === 'object' && isBetter(found, told)) ? told : found;
    this.open.note(connection, stage, finding);
    // A name from an earlier join stays: the input may be that one's output, without the answers.
    return typeof finding === 'string' && joined === 'named' ? undefined : finding;
  }

  /** What was found for the connection when it began, if the record comes later and that is still remembered. */
  private toldOf({ connection, stage }: Item): Named | undefined {
    return connection && stage !== 'begun' ? this.open.find(connection) : undefined;
  }

  private learn(news: Exclude<Item['news'], 'response' | undefined>, time: number, { boot }: Owner): void {
    const watch = this.known.watches.toldOf(boot);
    if (typeof news === 'object') this.learnAnswers(news, time);
    else if (news === 'lost') watch.lost(time);
    else if (news === 'begun') watch.began(time);
    watch.alive(time);
  }

  private learnAnswers(response: Response, time: number): void {
    const { qname, resolver, links, isStatic, isUnsolicited, owner, uid } = response;
    const { table, processes } = this.known;
    processes.heard(owner, time); // of something that it may not have asked for, too
    if (isUnsolicited && !this.options.unsolicited) return;
    processes.answered(owner, time);
    if (links.length > 0 && time <= this.joinedTo) this.late++;
    if (isStatic) table.hosts.read(owner, time);
    const space = spaceOf(response);
    for (const { address, chain, ttl } of links)
      table.add(space, address, { qname, chain, resolver, isStatic, owner, uid }, time, ttl);
  }
}

function spaceOf({ isStatic, isOfDaemon, owner }: Response): Space {
  if (isStatic) return 'hosts';
  return isOfDaemon ? 'resolver' : owner.netns;
}

function writeBytes(
  { start, end, at }: Item,
  { bytes }: StoredBlock,
  finding: Named | string | undefined,
  out: LineSink,
): void {
  if (finding === undefined) {
    out.cut(bytes, start, end);
  } else {
    out.cut(bytes, start, end - 1);
    out.text(tailOf(finding, at, end - 1 - start));
  }
  out.endLine();
}

function textOf({ block, start, end, otherText }: Item): string {
  return block ? block.bytes.toString('latin1', start, end) : escapeDangerous(otherText);
}
