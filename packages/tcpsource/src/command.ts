import { type Command, list, oneOf, value } from '@tcppipe/cli';
import { type TcpType, tcpTypes } from '@tcppipe/events';
import { runOptions } from '@tcppipe/source';
import { eventFilterOptions } from './filter-options.js';

function eventTypes(text: string): TcpType[] {
  const types = list(oneOf(...tcpTypes, 'all'))(text);
  return types.includes('all') ? [...tcpTypes] : (types as TcpType[]);
}

/** At full rate 0.4 s: a reader that has just started takes long to be at speed. */
const ringMiB = 16;

const options = {
  ...eventFilterOptions,
  port: { ...eventFilterOptions.port, help: `${eventFilterOptions.port.help}; of accepts the local port` },
  events: value({
    short: 'e',
    arg: 'TYPE,…',
    parse: eventTypes,
    adds: true,
    default: ['connect'] as TcpType[],
    help: `which events: ${tcpTypes.join(', ')}, or all (default connect)`,
  }),
  ...runOptions(ringMiB),
} as const;

export type Options = typeof options;

export const command: Command<Options> = {
  name: 'tcpsource',
  kind: 'source',
  summary: 'TCP connects, outcomes, accepts and closes of this host as they happen, one JSON object per line',
  synopsis:
    '[-p PID] [-P PORT,…] [-4|-6] [-u UID] [-N NETNS] [--cgroupmap PATH] [--mntnsmap PATH] [-e TYPE,…] [--ready] [-n N] [--duration SEC] [--user NAME] [--ring-size BYTES]',
  examples: [
    ['sudo tcpsource', 'every connect, until Ctrl-C'],
    ['sudo tcpsource -u 1000 | tcpfmt -t', 'those of one user, as columns'],
    ['sudo tcpsource -P 80,443 -n 10', 'the next ten to the ports of the web'],
    ['sudo tcpsource | sudo tcpjoin --dns | tcpfmt -t', 'with DNS names, as columns'],
    ['sudo tcpsource -e failed', 'connects that came to nothing, and why'],
    ['sudo tcpsource --duration 60 > connects.ndjson', 'a minute of them into a file'],
  ],
  options,
};
