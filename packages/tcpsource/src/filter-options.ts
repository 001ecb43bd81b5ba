import { flag, list, port, uid, value } from '@tcppipe/cli';
import { ownerOptions } from '@tcppipe/source';
import { portPlaces } from './tracer.js';

/** The options that become `TcpFilters`. */
export const eventFilterOptions = {
  pid: ownerOptions.pid,
  port: value({
    short: 'P',
    arg: 'PORT,…',
    parse: list(port, portPlaces),
    adds: true,
    help: `only these destination ports, at most ${portPlaces}`,
  }),
  ipv4: flag({ short: '4', help: 'only IPv4, IPv4-mapped IPv6 included', excludes: 'ipv6' }),
  ipv6: flag({ short: '6', help: 'only IPv6, without IPv4-mapped', excludes: 'ipv4' }),
  uid: value({ short: 'u', arg: 'UID', parse: uid, help: 'only this user' }),
  netns: ownerOptions.netns,
  cgroupmap: ownerOptions.cgroupmap,
  mntnsmap: ownerOptions.mntnsmap,
} as const;
