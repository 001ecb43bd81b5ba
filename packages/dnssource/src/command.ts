import { type Command, list, port, value } from '@tcppipe/cli';
import { ownerOptions, runOptions } from '@tcppipe/source';
import { serverPortPlaces } from './tracer.js';

const options = {
  ...ownerOptions,
  port: value({
    arg: 'PORT,…',
    parse: list(port, serverPortPlaces),
    adds: true,
    default: [53],
    help: `ports of DNS servers, at most ${serverPortPlaces} (default 53)`,
  }),
  ...runOptions(4),
} as const;

export type Options = typeof options;

export const command: Command<Options> = {
  name: 'dnssource',
  kind: 'source',
  hasTables: true,
  summary: 'DNS responses as they reach the sockets of this host, one JSON object per line',
  synopsis:
    '[-p PID] [-N NETNS] [--cgroupmap PATH] [--mntnsmap PATH] [--port PORT,…] [--ready] [-n N] [--duration SEC] [--user NAME] [--ring-size BYTES]',
  examples: [
    ['sudo dnssource', 'every response, until Ctrl-C'],
    ['sudo dnssource | tcpfmt', 'as columns'],
    ['sudo dnssource --port 53,5353', 'multicast DNS as well'],
    ['sudo dnssource | jq -r \'select(.rcode == "NXDOMAIN").qname\'', 'names that do not exist'],
    ['sudo tcpsource | tcpjoin --dns=<(sudo dnssource)', 'names for connects'],
  ],
  options,
  notes: ['Filters act on the owner of the socket; a response whose owner is not known does not pass them.'],
};
