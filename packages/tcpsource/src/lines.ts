import type { LineSink } from '@tcppipe/cli';
import { type AnyRecord, isPlain, serialise } from '@tcppipe/events';

/**
 * Writes records as `serialise` has them. Those of TCP are put together from what they have in common with others before: at
 * full rate to make JSON of each was half of what a source does.
 */
export class TcpLines {
  private readonly who = new Common(['pid', 'tid', 'uid', 'comm', 'pid_start_us'], isOfSame);
  private readonly where = new Common(['daddr', 'dport', 'mapped', 'netns', 'mntns', 'cgroup'], isWhereSame);

  write(record: AnyRecord, out: LineSink): void {
    const { type, ts, mono_us, run, seq, pid, ip, saddr, sport, dport, sock } = record;
    if (type === 'ready' || type === 'lost') {
      out.write(serialise(record));
      return;
    }
    const who = this.who.of(record, pid as number);
    const where = this.where.of(record, dport as number);
    const port = sport === undefined ? '' : `,"sport":${sport}`;
    const cookie = sock === undefined ? '' : `,"sock":"${sock}"`;
    const how = type === 'connect' || type === 'accept' ? '' : howText(record);
    out.write(
      `{"type":"${type}","ts":${ts},"mono_us":${mono_us},"run":"${run}","seq":${seq}${who.text},"ip":${ip},"saddr":"${saddr}"${port}${where.text}${cookie}${how}}`,
      who.isPlain,
    );
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

function isOfSame(a: AnyRecord, b: AnyRecord): boolean {
  return (
    a.pid === b.pid &&
    a.tid === b.tid &&
    a.uid === b.uid &&
    a.comm === b.comm &&
    a.pid_start_us === b.pid_start_us
  );
}

function isWhereSame(a: AnyRecord, b: AnyRecord): boolean {
  return (
    a.daddr === b.daddr &&
    a.dport === b.dport &&
    a.mapped === b.mapped &&
    a.netns === b.netns &&
    a.mntns === b.mntns &&
    a.cgroup === b.cgroup
  );
}

/** Some members of a record. */
interface Text {
  readonly of: AnyRecord;
  readonly text: string;
  readonly isPlain: boolean;
}

/** A power of two. */
const places = 64;

/** Members of records as text, kept for others that have the same: the last in each place. */
class Common {
  private readonly texts: Text[] = new Array(places).fill({ of: {}, text: '', isPlain: true });

  constructor(
    private readonly names: readonly string[],
    private readonly isSame: (a: AnyRecord, b: AnyRecord) => boolean,
  ) {}

  of(record: AnyRecord, number: number): Text {
    const place = number & (places - 1);
    const known = this.texts[place]!;
    if (this.isSame(known.of, record)) return known;
    const text = members(record, this.names);
    this.texts[place] = { of: record, text, isPlain: isPlain(text) };
    return this.texts[place];
  }
}

/** Members of a record, each with a comma before it. */
function members(record: AnyRecord, names: readonly string[]): string {
  const some: AnyRecord = {};
  for (const name of names) if (record[name] !== undefined) some[name] = record[name];
  const text = serialise(some);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}
