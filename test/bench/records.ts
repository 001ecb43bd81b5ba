import { closeSync, openSync, writeSync } from 'node:fs';

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

/** Writes so many records to a new file, as sources would have: connects, and if wanted the answers that led to them. */
export function recorded(path: string, records: number, withAnswers: boolean): Recorded {
  const fd = openSync(path, 'ax');
  let connects = 0;
  let bytes = 0;
  let block = '';
  for (let i = 0; i < records; i++) {
    const isAnswer = withAnswers && (i < hosts || i % recordsPerAnswer === 0);
    const host = isAnswer ? answeredHost(i) : connectedHost(i);
    if (!isAnswer) connects++;
    block += `${JSON.stringify(isAnswer ? answer(i, host) : connect(i, host))}\n`;
    if (i % linesPerWrite === linesPerWrite - 1 || i === records - 1) {
      bytes += writeSync(fd, block);
      block = '';
    }
  }
  closeSync(fd);
  return { path, records, connects, bytes };
}

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

function connect(i: number, host: number): object {
  return {
    type: 'connect',
    ...stamp(i, '0a1b2c3d'),
    ...owner(i),
    ip: 4,
    saddr: '192.0.2.10',
    sport: 32_768 + (i % 28_000),
    daddr: hostAddress(host),
    dport: host % 3 === 0 ? 80 : 443,
    ...places,
    sock: `${i + 1}`,
  };
}

function answer(i: number, host: number): object {
  const name = hostName(host);
  return {
    type: 'dns',
    ...stamp(i, '4e5f6071'),
    ...owner(i),
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

function owner(i: number): object {
  const pid = 1000 + (i % 300);
  return { pid, tid: pid, uid: 1000 + (i % 7), comm: `worker-${i % 300}`, pid_start_us: 1e6 + pid };
}
