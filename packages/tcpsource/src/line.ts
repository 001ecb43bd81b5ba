import { getSystemErrorName } from '@tcppipe/cli';
import { type TcpType, tcpTypes } from '@tcppipe/events';
import type { Piece } from '@tcppipe/native';
import { AF_INET } from '@tcppipe/source';
import { eventKinds, type TcpEventReader } from './decode.js';

/** None of Linux is as high (include/uapi/asm-generic/errno.h). */
const errnoPlaces = 134;
/** ::ffff:0:0/96 (RFC 4291, section 2.5.5.2). */
const mappedPrefix = Buffer.from([...new Uint8Array(10), 0xff, 0xff]);

/** What `serialise` makes of the record that `reader` makes of a `struct tcp_event`. */
export function tcpLine({ at, owners }: TcpEventReader, run: string): Piece[] {
  const owner = (member: keyof typeof owners.at) => at.owner + owners.at[member];
  return [
    byKind(at.kind, type => [`{"type":"${type}","ts":`]),
    { what: 'wall clock', at: at.time_ns },
    ',"mono_us":',
    { what: 'micros', at: at.time_ns },
    `,"run":"${run}","seq":`,
    { what: 'sequence' },
    ifNotZero(owner('pid'), 4, [
      ',"pid":',
      number(owner('pid'), 4),
      ',"tid":',
      number(owner('tid'), 4),
      ',"uid":',
      number(owner('uid'), 4),
      ',"comm":"',
      { what: 'chars', at: owner('comm'), bytes: 16 },
      '","pid_start_us":',
      { what: 'micros', at: owner('start_ns') },
    ]),
    connection(at),
    ',"netns":',
    number(at.netns, 4),
    ifNotZero(owner('mntns'), 4, [',"mntns":', number(owner('mntns'), 4)]),
    ifNotZero(owner('cgroup'), 8, [',"cgroup":', number(owner('cgroup'), 8)]),
    ifNotZero(at.cookie, 8, [',"sock":"', { what: 'digits', at: at.cookie }, '"']),
    byKind(at.kind, type => outcome(type, at)),
    '}',
  ];
}

type Offsets = TcpEventReader['at'];

function connection(at: Offsets): Piece {
  const sport = [',"sport":', number(at.sport, 2), ',"daddr":"'];
  const ends = (what: 'ipv4' | 'ipv6', ip: 4 | 6): Piece[] => [
    `,"ip":${ip},"saddr":"`,
    { what, at: at.saddr },
    '"',
    ifNotZero(at.sport, 2, sport, [',"daddr":"']),
    { what, at: at.daddr },
    '","dport":',
    number(at.dport, 2),
  ];
  const mapped = [...ends('ipv6', 4), ',"mapped":true'];
  return ifEqual(at.family, Buffer.of(AF_INET), ends('ipv4', 4), [
    ifEqual(at.daddr, mappedPrefix, mapped, ends('ipv6', 6)),
  ]);
}

/** How it went: only what this kind of event says of it. */
function outcome(type: TcpType, at: Offsets): Piece[] {
  const since = (member: string, from: number, to: number) =>
    ifNotZero(from, 8, [`,"${member}":`, { what: 'elapsed', from, to }]);
  switch (type) {
    case 'connect':
    case 'accept':
      return [];
    case 'established':
      return [since('latency_ms', at.since_ns, at.time_ns)];
    case 'failed':
      return [
        since('latency_ms', at.since_ns, at.time_ns),
        ifNotZero(at.error, 4, [',"errno":"', errno(at.error), '"']),
      ];
    case 'close':
      return [
        since('latency_ms', at.attempt_ns, at.since_ns),
        since('duration_ms', at.since_ns, at.time_ns),
        ',"tx_bytes":',
        number(at.tx_bytes, 8),
        ',"rx_bytes":',
        number(at.rx_bytes, 8),
        ifEqual(at.passive, Buffer.of(1), [',"accepted":true']),
      ];
  }
}

function errno(at: number): Piece {
  return {
    what: 'choice',
    at,
    bytes: 4,
    of: Array.from({ length: errnoPlaces }, (_, number) =>
      number > 0 ? [getSystemErrorName(-number)] : undefined,
    ),
  };
}

/** Other kinds are refused. */
function byKind(at: number, pieces: (type: TcpType) => Piece[]): Piece {
  const types: readonly unknown[] = tcpTypes;
  return {
    what: 'choice',
    at,
    bytes: 1,
    of: eventKinds.map(kind => (types.includes(kind) ? pieces(kind as TcpType) : undefined)),
  };
}

function number(at: number, bytes: 1 | 2 | 4 | 8): Piece {
  return { what: 'number', at, bytes };
}

function ifEqual(at: number, equals: Buffer, same: Piece[], other: Piece[] = []): Piece {
  return { what: 'either', at, equals, same, other };
}

function ifNotZero(at: number, bytes: number, some: Piece[], none: Piece[] = []): Piece {
  return ifEqual(at, Buffer.alloc(bytes), none, some);
}
