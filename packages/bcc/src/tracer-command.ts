import { type Command, commonOptions, flag } from '@tcppipe/cli';
import { eventFilterOptions } from '@tcppipe/tcpsource/core';

/** Scripts have 0 there for what is not to be filtered by. */
function zeroIsNone<Spec extends { parse: (text: string) => number }>(spec: Spec) {
  return { ...spec, parse: (text: string) => (text === '0' ? undefined : spec.parse(text)) };
}

/** In the order in which tcptracer(8) of bcc lists them. */
const options = {
  help: commonOptions.help,
  timestamp: flag({
    short: 't',
    help: 'begin rows with the seconds since the first of them (with -v: nanoseconds)',
  }),
  verbose: flag({
    short: 'v',
    help: 'write types in full, and show the network namespace unless -N names it',
  }),
  pid: zeroIsNone(eventFilterOptions.pid),
  netns: zeroIsNone(eventFilterOptions.netns),
  ipv4: eventFilterOptions.ipv4,
  ipv6: eventFilterOptions.ipv6,
  cgroupmap: eventFilterOptions.cgroupmap,
  mntnsmap: eventFilterOptions.mntnsmap,
} as const;

export type Options = typeof options;

export const command: Command<Options> = {
  name: 'tcptracer',
  kind: 'source',
  isLikeArgparse: true,
  summary:
    'TCP connections of this host as they are connected (C), accepted (A) and closed (X), one row each',
  synopsis: '[-h] [-t] [-v] [-p PID] [-N NETNS] [-4 | -6] [--cgroupmap PATH] [--mntnsmap PATH]',
  examples: [
    ['sudo tcptracer', 'every connection, until Ctrl-C'],
    ['sudo tcptracer -t', 'with the time since the first row'],
    ['sudo tcptracer -v', 'types in full, with the network namespace'],
    ['sudo tcptracer -p 181', 'what one process does'],
    ['sudo tcptracer -N 4026531840', 'what happens in one network namespace'],
    ['sudo tcptracer -6', 'IPv6 only'],
    ['sudo tcptracer --mntnsmap /sys/fs/bpf/containers', 'what the mount namespaces in a pinned map do'],
  ],
  options,
  notes: [
    'Only connections that came about are shown; attempts and how they failed are what tcpsource tells.',
  ],
};
