import { type LineSink, maxMillionths } from '@tcppipe/cli';
import { type AnyRecord, serialise, tcpTypes } from '@tcppipe/events';
import { Common, put, Texts } from './common-texts.js';

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
    if (sock !== undefined) {
      out.text(sock as string);
      out.text('"');
    }
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
