import { type Command, decimal, flag, integer, oneOf, text, value } from '@tcppipe/cli';
import { type Scope, scopes } from './names.js';

/** `--dns` without a value: from a dnssource of our own. */
export const ownDnssource = Symbol('own dnssource');

export const options = {
  dns: value<string | typeof ownDnssource>({
    arg: 'FILE',
    parse: text('a file name'),
    default: '-',
    bare: ownDnssource,
    help: 'DNS records from FILE or a pipe, - for the input itself (default); alone, live from its own dnssource',
  }),
  scope: value<Scope>({
    arg: 'SCOPE',
    parse: oneOf(...scopes),
    default: 'netns',
    help: 'whose answers count at most: process, netns or host (default netns)',
  }),
  slack: value({
    arg: 'MS',
    parse: decimal(60_000, 'milliseconds'),
    default: 100,
    help: 'how long a silent live input is waited for, and the disorder allowed within one (default 100)',
  }),
  ttl: value({
    arg: 'SEC',
    parse: decimal(1e9, 'seconds'),
    default: 86_400,
    help: 'age up to which an answer counts, whatever its own TTL (default 86400)',
  }),
  max: value({
    arg: 'N',
    parse: integer(1, 10_000_000),
    default: 10_000,
    help: 'places in memory, one for each question of a process and address it led to (default 10000)',
  }),
  unsolicited: flag({ help: 'let answers count that nobody asked for' }),
  'pass-dns': flag({ help: 'pass DNS records on instead of consuming them' }),
} as const;

export const command = {
  name: 'tcpjoin',
  kind: 'filter',
  summary: 'adds to TCP records the DNS name that led to them, with its evidence',
  synopsis: '[--dns[=FILE|-]] [OPTION…] [FILE…]',
  examples: [
    ['sudo tcpsource | sudo tcpjoin --dns | tcpfmt -t', 'live, with a dnssource of its own'],
    ['tcpjoin --dns=dns.ndjson tcp.ndjson', 'from recordings'],
    ['tcpjoin all.ndjson', 'TCP and DNS records in one file'],
  ],
  options,
  notes: [
    'Files are merged by event time. Values of --dns only after =.',
    'Each connect, established, failed and close record gets query (a name or null) and dns (the evidence, or a reason).',
  ],
} satisfies Command<typeof options>;
