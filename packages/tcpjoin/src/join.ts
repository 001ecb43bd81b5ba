import type { Line } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous } from '@tcppipe/events';
import { type Answer, addressKey, answersIn, type Owner } from './answers.js';
import { type Admission, type Connection, type Knowledge, verdictOn } from './evidence.js';
import type { Timed } from './merge.js';
import { Processes } from './processes.js';
import { joinedLine } from './splice.js';
import { AnswerTable } from './table.js';
import type { Boot } from './timeline.js';
import { Watch } from './watch.js';

/** A record in event time. */
export interface Item extends Timed {
  readonly boot: Boot | undefined;
  readonly line: Line;
}

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
    const { text, record } = item.line;
    switch (record.type) {
      case 'connect':
      case 'established':
      case 'failed':
      case 'close':
        return this.joined(item);
      case 'dns':
        this.learn(item);
        return this.options.passDns ? escapeDangerous(text) : undefined;
      case 'ready':
      case 'lost':
        if (record.tool === 'dnssource') this.noteWatch(item);
    }
    return escapeDangerous(text);
  }

  private joined({ time, boot, line: { text, record } }: Item): string {
    const { daddr } = record;
    if (typeof daddr !== 'string') return escapeDangerous(text);
    const owner = ownerOf(record, boot);
    const connection: Connection = { daddr: addressKey(daddr), owner, at: time - sinceConnectUs(record) };
    if (isEncryptedDns(connection.daddr, record.dport)) this.known.processes.encrypted(owner, connection.at);
    this.joinedTo = time;
    return joinedLine(text, record, verdictOn(connection, this.known, this.options));
  }

  private learn({ time, boot, line: { record } }: Item): void {
    const { table, processes, watch } = this.known;
    watch.alive(time);
    if (record.solicited === false && !this.options.unsolicited) return;
    const owner = ownerOf(record, boot);
    processes.answered(owner, time);
    const answers = answersIn(record, time, owner);
    if (answers.size > 0 && time <= this.joinedTo) this.late++;
    for (const [address, answer] of answers) table.add(spaceOf(answer), address, answer);
  }

  private noteWatch({ time, line: { record } }: Item): void {
    this.known.watch.alive(time);
    if (record.type === 'lost') this.known.watch.lost(time);
  }
}

function spaceOf({ isStatic, owner }: Answer): number | 'hosts' {
  return isStatic ? 'hosts' : owner.netns;
}

function ownerOf({ pid, pid_start_us, netns, mntns }: AnyRecord, boot: Boot | undefined): Owner {
  return {
    pid: numberOr(pid, Number.NaN),
    start: numberOr(pid_start_us, Number.NaN) + (boot?.origin ?? 0),
    netns: numberOr(netns, Number.NaN),
    mntns: numberOr(mntns, Number.NaN),
  };
}

/** Outcome and end of a connection tell how long ago it began: the name is the one that led to it then. */
function sinceConnectUs({ type, latency_ms, duration_ms }: AnyRecord): number {
  const ms = type === 'close' ? duration_ms : type === 'connect' ? 0 : latency_ms;
  return Math.max(0, Math.round(numberOr(ms, 0) * 1e3));
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** RFC 7858: DNS over TLS. */
const tlsPort = 853;
/** Public resolvers that speak DNS over HTTPS at their well-known addresses: Cloudflare, Google, Quad9. */
const httpsResolvers = new Set([
  ...['1.1.1.1', '1.0.0.1', '2606:4700:4700::1111', '2606:4700:4700::1001'],
  ...['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'],
  ...['9.9.9.9', '149.112.112.112', '2620:fe::fe', '2620:fe::9'],
]);

function isEncryptedDns(daddr: string, dport: unknown): boolean {
  return dport === tlsPort || (dport === 443 && httpsResolvers.has(daddr));
}
