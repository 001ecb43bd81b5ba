import { type Command, commonOptions, flag } from '@tcppipe/cli';
import { eventFilterOptions } from '@tcppipe/tcpsource/core';

/** In the order in which tcpconnect(8) of bcc lists them. */
const options = {
  help: commonOptions.help,
  timestamp: flag({ short: 't', help: 'begin rows with the seconds since the first of them' }),
  pid: eventFilterOptions.pid,
  // Of several the last counts there, and blanks around a number are no part of it.
  port: {
    ...eventFilterOptions.port,
    adds: false,
    parse: (text: string) => eventFilterOptions.port.parse(text.trim().replaceAll(/\s*,\s*/g, ',')),
  },
  ipv4: eventFilterOptions.ipv4,
  ipv6: eventFilterOptions.ipv6,
  lport: flag({ short: 'L', help: 'show the local port, too' }),
  'print-uid': flag({ short: 'U', help: 'show who connected as a user id, too' }),
  uid: eventFilterOptions.uid,
  count: flag({
    short: 'c',
    help: 'no rows, but at Ctrl-C how often each local address connected to each remote one',
  }),
  cgroupmap: eventFilterOptions.cgroupmap,
  mntnsmap: eventFilterOptions.mntnsmap,
  dns: flag({ short: 'd', help: 'show the name whose DNS answer held the address; not with -c' }),
} as const;

export type Options = typeof options;

export const command: Command<Options> = {
  name: 'tcpconnect',
  kind: 'source',
  isLikeArgparse: true,
  summary: 'the TCP connects of this host as they happen, one row each',
  synopsis:
    '[-h] [-t] [-p PID] [-P PORT[,PORT…]] [-4 | -6] [-L] [-U] [-u UID] [-c] [--cgroupmap PATH] [--mntnsmap PATH] [-d]',
  examples: [
    ['sudo tcpconnect', 'every connect, until Ctrl-C'],
    ['sudo tcpconnect -t', 'with the time since the first'],
    ['sudo tcpconnect -d', 'with the DNS names that led to them'],
    ['sudo tcpconnect -p 181', 'those of one process'],
    ['sudo tcpconnect -P 80,81', 'those to two ports'],
    ['sudo tcpconnect -4', 'those over IPv4'],
    ['sudo tcpconnect -U -u 1000', 'those of one user, and the user shown'],
    ['sudo tcpconnect -c', 'how many from where to where, at the end'],
    ['sudo tcpconnect --cgroupmap /sys/fs/bpf/services', 'those from the cgroups in a pinned map'],
  ],
  options,
};
