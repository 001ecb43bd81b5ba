import { getSystemErrorName } from '@tcppipe/cli';
import { addressText, isMapped, type RecordOf, type TcpRecord, type TcpType } from '@tcppipe/events';
import type { BpfObject } from '@tcppipe/native';
import { AF_INET, type Emitter, microseconds, OwnerReader, offsetsOf, readU64 } from '@tcppipe/source';

/** What can be traced. `release` is for other commands than tcpsource: its records are closes, told at another moment. */
export type TcpEvent = TcpType | 'release';

/** By enum tcp_event_kind, bpf/tcp_event.h; 0 is none. */
export const eventKinds: readonly (TcpEvent | undefined)[] = [
  undefined,
  'connect',
  'established',
  'failed',
  'accept',
  'close',
  'release',
];

/** A record that is being made. */
type Draft = Partial<RecordOf<TcpType>>;

/** Turns `struct tcp_event` (bpf/tcp_event.h) into a record. */
export class TcpEventReader {
  /** Offsets of the members. */
  readonly at;
  readonly owners: OwnerReader;
  /** Of the struct. */
  readonly bytes: number;

  constructor(object: BpfObject) {
    this.owners = new OwnerReader(object);
    const layout = object.struct('tcp_event');
    this.bytes = layout.size;
    this.at = offsetsOf('tcp_event', layout, {
      time_ns: 8,
      cookie: 8,
      since_ns: 8,
      attempt_ns: 8,
      tx_bytes: 8,
      rx_bytes: 8,
      owner: 48,
      netns: 4,
      sport: 2,
      dport: 2,
      error: 4,
      kind: 1,
      family: 1,
      passive: 1,
      saddr: 16,
      daddr: 16,
    });
  }

  /**
   * The record of the event at `base`. Its keys are set in the order of the schema, one by one: putting it together of
   * parts costs a third of a source's time.
   */
  record(bytes: Buffer, base: number, emitter: Emitter): TcpRecord {
    const { at, owners } = this;
    const event = eventKinds[bytes[base + at.kind]!]!;
    const { ts, mono_us, run, seq } = emitter.stamp(microseconds(bytes, base + at.time_ns));
    const record: Draft = { type: event === 'release' ? 'close' : event, ts, mono_us, run, seq };
    const owner = owners.owner(bytes, base + at.owner);
    if (owner) {
      record.pid = owner.pid;
      record.tid = owner.tid;
      record.uid = owner.uid;
      record.comm = owner.comm;
      record.pid_start_us = owner.pid_start_us;
    }
    this.addConnection(record, bytes, base);
    const { mntns, cgroup } = owners.places(bytes, base + at.owner);
    if (mntns !== undefined) record.mntns = mntns;
    if (cgroup !== undefined) record.cgroup = cgroup;
    const cookie = bytes.readBigUInt64LE(base + at.cookie);
    if (cookie > 0n) record.sock = cookie.toString();
    this.addOutcome(record, event, bytes, base);
    return record as TcpRecord;
  }

  private addConnection(record: Draft, bytes: Buffer, base: number): void {
    const { at } = this;
    const isV4 = bytes[base + at.family] === AF_INET;
    const mapped = !isV4 && isMapped(bytes, base + at.daddr);
    const sport = bytes.readUInt16LE(base + at.sport);
    record.ip = isV4 || mapped ? 4 : 6;
    record.saddr = addressText(bytes, base + at.saddr, isV4);
    if (sport > 0) record.sport = sport;
    record.daddr = addressText(bytes, base + at.daddr, isV4);
    record.dport = bytes.readUInt16LE(base + at.dport);
    if (mapped) record.mapped = true;
    record.netns = bytes.readUInt32LE(base + at.netns);
  }

  /** How it went: only what this kind of event says of it. */
  private addOutcome(record: Draft, event: TcpEvent, bytes: Buffer, base: number): void {
    const { at } = this;
    if (event === 'connect' || event === 'accept' || event === 'release') return;
    const elapsed = elapsedMs(bytes, base + at.since_ns, base + at.time_ns);
    if (event === 'close') {
      const latency = elapsedMs(bytes, base + at.attempt_ns, base + at.since_ns);
      if (latency !== undefined) record.latency_ms = latency;
      if (elapsed !== undefined) record.duration_ms = elapsed;
      record.tx_bytes = readU64(bytes, base + at.tx_bytes);
      record.rx_bytes = readU64(bytes, base + at.rx_bytes);
      if (bytes[base + at.passive] === 1) record.accepted = true;
      return;
    }
    if (elapsed !== undefined) record.latency_ms = elapsed;
    const errno = bytes.readUInt32LE(base + at.error);
    if (event === 'failed' && errno > 0) record.errno = getSystemErrorName(-errno);
  }
}

/** Milliseconds with three decimals between two times in nanoseconds, or undefined where the first is not known. */
function elapsedMs(bytes: Buffer, from: number, to: number): number | undefined {
  if (readU64(bytes, from) === 0) return undefined;
  return (microseconds(bytes, to) - microseconds(bytes, from)) / 1000;
}
