import { type LineSink, maxMillionths } from '@tcppipe/cli';
import { type AnyRecord, serialise, tcpTypes } from '@tcppipe/events';

/**
 * Writes records as `serialise` has them. Those of TCP are put together from numbers, and from what they have in common with
 * others before: at full rate to make JSON of each was half of what a source does.
 */
export class TcpLines {
  private readonly texts = new Texts();
  /** By the type. */
  private readonly heads = new Map(
    tcpTypes.map(type => [type as unknown, this.texts.put(`{"type":"${type}","ts":`)]),
  );
  private readonly beforeMono = this.texts.put(',"mono_us":');
  private readonly run = new Common(this.texts, isOfSameRun, ({ run }) => `,"run":"${run}","seq":`);
  private readonly who = new Common(this.texts, isOfSameTask, record => members(record, taskNames));
  private readonly beforeSaddr = new Map(
    [4, 6].map(ip => [ip as unknown, this.texts.put(`,"ip":${ip},"saddr":"`)]),
  );
  private readonly beforeSport = this.texts.put('","sport":');
  private readonly beforeDaddr = this.texts.put(',"daddr":"');
  private readonly behindSaddr = this.texts.put('","daddr":"');
  private readonly where = new Common(
    this.texts,
    isWhereSame,
    record => `"${members(record, whereNames)}${record.sock === undefined ? '' : ',"sock":"'}`,
  );

  write(record: AnyRecord, out: LineSink): void {
    const { type, ts, mono_us, seq, pid, ip, saddr, sport, daddr, dport, cgroup, sock } = record;
    const head = this.heads.get(type);
    const tsUs = Math.round((ts as number) * 1e6);
    if (!head || !(tsUs >= 0 && tsUs <= maxMillionths)) {
      out.write(serialise(record));
      return;
    }
    put(head, out);
    out.millionths(tsUs);
    put(this.beforeMono, out);
    out.whole(mono_us as number);
    put(this.run.of(record, 0), out);
    out.whole(seq as number);
    put(this.who.of(record, pid as number), out);
    put(this.beforeSaddr.get(ip)!, out);
    out.text(saddr as string);
    if (sport === undefined) {
      put(this.behindSaddr, out);
    } else {
      put(this.beforeSport, out);
      out.whole(sport as number);
      put(this.beforeDaddr, out);
    }
    out.text(daddr as string);
    put(this.where.of(record, (dport as number) ^ (cgroup as number)), out);
    if (sock !== undefined) out.text(sock as string);
    if (sock !== undefined) out.text('"');
    if (type !== 'connect' && type !== 'accept') out.text(howText(record));
    out.text('}');
    out.endLine();
  }
}

/** What an outcome or an end says besides. */
function howText({ latency_ms, errno, duration_ms, tx_bytes, rx_bytes, accepted }: AnyRecord): string {
  let text = latency_ms === undefined ? '' : `,"latency_ms":${latency_ms}`;
  if (errno !== undefined) text += `,"errno":"${errno}"`;
  if (duration_ms !== undefined) text += `,"duration_ms":${duration_ms}`;
  if (tx_bytes !== undefined) text += `,"tx_bytes":${tx_bytes},"rx_bytes":${rx_bytes}`;
  if (accepted !== undefined) text += `,"accepted":${accepted}`;
  return text;
}

function isOfSameRun(a: AnyRecord, b: AnyRecord): boolean {
  return a.run === b.run;
}

const taskNames = ['pid', 'tid', 'uid', 'comm', 'pid_start_us'];

function isOfSameTask(a: AnyRecord, b: AnyRecord): boolean {
  return (
    a.pid === b.pid &&
    a.tid === b.tid &&
    a.uid === b.uid &&
    a.comm === b.comm &&
    a.pid_start_us === b.pid_start_us
  );
}

const whereNames = ['dport', 'mapped', 'netns', 'mntns', 'cgroup'];

function isWhereSame(a: AnyRecord, b: AnyRecord): boolean {
  return (
    a.dport === b.dport &&
    a.mapped === b.mapped &&
    a.netns === b.netns &&
    a.mntns === b.mntns &&
    a.cgroup === b.cgroup &&
    (a.sock === undefined) === (b.sock === undefined)
  );
}

/** Members of a record, each with a comma before it. */
function members(record: AnyRecord, names: readonly string[]): string {
  const some: AnyRecord = {};
  for (const name of names) if (record[name] !== undefined) some[name] = record[name];
  const text = serialise(some);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

/** Where a text stands. */
interface Place {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

function put({ bytes, start, end }: Place, out: LineSink): void {
  out.cut(bytes, start, end);
}

/** More than the longest text, and so little that a few that are hardly used cost nothing. */
const blockBytes = 16 * 1024;

/** Texts as bytes, each for as long as somebody has its place. */
class Texts {
  private block = Buffer.allocUnsafeSlow(blockBytes);
  private used = 0;

  put(text: string): Place {
    const length = Buffer.byteLength(text);
    // Not from the beginning of the same: lines that wait to be written may have need of what is there.
    if (this.used + length > blockBytes) {
      this.block = Buffer.allocUnsafeSlow(blockBytes);
      this.used = 0;
    }
    const start = this.used;
    this.used += this.block.write(text, start);
    return { bytes: this.block, start, end: this.used };
  }
}

/** How many are kept: a power of two. */
const places = 64;

/** A part of records as text, kept for others that have the same: the last in each place. */
class Common {
  private readonly records: AnyRecord[] = [];
  private readonly texts: Place[] = [];

  constructor(
    private readonly all: Texts,
    private readonly isSame: (a: AnyRecord, b: AnyRecord) => boolean,
    private readonly textOf: (record: AnyRecord) => string,
  ) {}

  /** `number`: of records with the same it is the same. */
  of(record: AnyRecord, number: number): Place {
    const place = number & (places - 1);
    const known = this.records[place];
    if (known && this.isSame(known, record)) return this.texts[place]!;
    const text = this.all.put(this.textOf(record));
    this.records[place] = record;
    this.texts[place] = text;
    return text;
  }
}
