import { closeSync, openSync, writeSync } from 'node:fs';
import type { AnyRecord } from '@tcppipe/events';

/** Hosts that are connected to, each with one name and one address. */
const hosts = 2000;
/** One record of so many is an answer. */
const recordsPerAnswer = 50;
const linesPerWrite = 5000;

const epochUs = 1_700_000_000_000_000;
const stepUs = 100;
/** Seconds: each host is asked for again as long after. */
const ttl = (hosts * recordsPerAnswer * stepUs) / 1e6;
const netns = 4_026_531_840;

export interface Recorded {
  path: string;
  records: number;
  connects: number;
  bytes: number;
}

/**
 * What is in a recording: connects alone; those of processes that live long, with the answers that led to them, each of which
 * leads to many; or pairs of an answer and a connect, each of a process of its own, as scripts and builds make them.
 */
export type Shape = 'connects' | 'long-lived' | 'short-lived';

/** Writes so many records to a new file, as sources would have. */
export function recorded(path: string, records: number, shape: Shape): Recorded {
  const fd = openSync(path, 'ax');
  let connects = 0;
  let bytes = 0;
  let block = '';
  for (let i = 0; i < records; i++) {
    const record = recordOf[shape](i);
    if (record.type === 'connect') connects++;
    block += `${JSON.stringify(record)}\n`;
    if (i % linesPerWrite === linesPerWrite - 1 || i === records - 1) {
      bytes += writeSync(fd, block);
      block = '';
    }
  }
  closeSync(fd);
  return { path, records, connects, bytes };
}

const recordOf: Record<Shape, (i: number) => AnyRecord> = {
  connects: i => connect(i, connectedHost(i), worker(i)),
  'long-lived': i =>
    i < hosts || i % recordsPerAnswer === 0
      ? answer(i, answeredHost(i), worker(i))
      : connect(i, connectedHost(i), worker(i)),
  'short-lived': i => {
    const pair = i >> 1;
    const who = script(pair);
    return i % 2 === 0 ? answer(i, connectedHost(pair), who) : connect(i, connectedHost(pair), who);
  },
};

/** First each host, then, one after the other, those of the connects, each again as its TTL ends. */
function answeredHost(i: number): number {
  if (i < hosts) return i;
  const before = (i - hosts) / recordsPerAnswer;
  // No connect has a number that an answer has.
  return connectedHost(before + Math.floor(before / (recordsPerAnswer - 1)) + 1);
}

/** The stride has no factor in common with the number of hosts, so that neighbours differ. */
function connectedHost(i: number): number {
  return (i * 7919) % hosts;
}

/** The name under which the records know this address. */
export function nameOf(address: string): string {
  const [, , high, low] = address.split('.');
  return hostName(Number(high) * 256 + Number(low));
}

function hostName(host: number): string {
  return `host-${host}.service.example`;
}

function hostAddress(host: number): string {
  return `10.1.${host >> 8}.${host & 255}`;
}

function connect(i: number, host: number, who: object): AnyRecord {
  return {
    type: 'connect',
    ...stamp(i, '0a1b2c3d'),
    ...who,
    ip: 4,
    saddr: '192.0.2.10',
    sport: 32_768 + (i % 28_000),
    daddr: hostAddress(host),
    dport: host % 3 === 0 ? 80 : 443,
    ...places,
    sock: `${i + 1}`,
  };
}

function answer(i: number, host: number, who: object): AnyRecord {
  const name = hostName(host);
  return {
    type: 'dns',
    ...stamp(i, '4e5f6071'),
    ...who,
    ...places,
    sock: `${i + 1}`,
    txid: i & 0xffff,
    qname: name,
    qtype: 'A',
    rcode: 'NOERROR',
    answers: [{ name, type: 'A', ttl, data: hostAddress(host) }],
    resolver: '192.0.2.53',
    proto: 'udp',
    rtt_ms: 1.25,
    solicited: true,
  };
}

const places = { netns, mntns: 4_026_531_841, cgroup: 4711 };

function stamp(i: number, run: string): object {
  const us = i * stepUs;
  return { ts: (epochUs + us) / 1e6, mono_us: 1e9 + us, run, seq: i };
}

/** One of a few processes that take turns. */
function worker(i: number): object {
  const pid = 1000 + (i % 300);
  return { pid, tid: pid, uid: 1000 + (i % 7), comm: `worker-${i % 300}`, pid_start_us: 1e6 + pid };
}

/** A process that starts when it asks. Pids come again, as with the kernel's usual limit on 64 bits, 2^22. */
function script(pair: number): object {
  const pid = 2 + (pair % (2 ** 22 - 2));
  return { pid, tid: pid, uid: 1000 + (pair % 7), comm: 'curl', pid_start_us: 1e9 + 2 * pair * stepUs };
}
