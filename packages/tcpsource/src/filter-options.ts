import { flag, ports, uid, value } from '@tcppipe/cli';
import { ownerOptions } from '@tcppipe/source';

/** The options that become `TcpFilters`. */
export const filterOptions = {
  pid: ownerOptions.pid,
  port: value({
    short: 'P',
    arg: 'PORT,…',
    parse: ports,
    adds: true,
    help: 'only these destination ports, at most 64',
  }),
  ipv4: flag({ short: '4', help: 'only IPv4, IPv4-mapped IPv6 included', excludes: 'ipv6' }),
  ipv6: flag({ short: '6', help: 'only IPv6, without IPv4-mapped', excludes: 'ipv4' }),
  uid: value({ short: 'u', arg: 'UID', parse: uid, help: 'only this user' }),
  netns: ownerOptions.netns,
  cgroupmap: ownerOptions.cgroupmap,
  mntnsmap: ownerOptions.mntnsmap,
} as const;
