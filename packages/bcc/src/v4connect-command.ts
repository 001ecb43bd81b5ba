import { type Command, commonOptions, flag } from '@tcppipe/cli';
import { eventFilterOptions } from '@tcppipe/tcpsource/core';

const options = {
  help: commonOptions.help,
  timestamp: flag({ short: 't', help: 'begin rows with the seconds since the first of them' }),
  pid: eventFilterOptions.pid,
} as const;

export type Options = typeof options;

export const command: Command<Options> = {
  name: 'tcpv4connect',
  kind: 'source',
  isLikeArgparse: true,
  summary: 'the IPv4 TCP connects of this host as they happen, one row each',
  synopsis: '[-h] [-t] [-p PID]',
  examples: [
    ['sudo tcpv4connect', 'every IPv4 connect, until Ctrl-C'],
    ['sudo tcpv4connect -t', 'with the time since the first'],
    ['sudo tcpv4connect -p 181', 'those of one process'],
  ],
  options,
};
