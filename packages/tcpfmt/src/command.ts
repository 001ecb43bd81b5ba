import { type Command, fieldPath, flag, list, oneOf, value } from '@tcppipe/cli';
import { formats } from './formatter.js';
import { layouts } from './layout.js';

/** Fields of one table at most. */
const maxFields = 64;

const options = {
  timestamp: flag({ short: 't', help: 'seconds since the first printed event' }),
  time: flag({ short: 'T', help: 'local wall clock, HH:MM:SS.mmm' }),
  'print-uid': flag({ short: 'U', help: 'user id' }),
  lport: flag({ short: 'L', help: 'local port' }),
  dns: flag({ short: 'd', help: 'name that was asked for; shown without -d if the first record has one' }),
  verbose: flag({ short: 'v', help: 'layout tracer: types in full, network namespace, nanoseconds' }),
  wide: flag({ short: 'w', help: 'address columns 39 wide, for IPv6' }),
  fields: value({
    short: 'f',
    arg: 'FIELD,…',
    parse: list(fieldPath, maxFields),
    adds: true,
    help: 'these fields instead of a layout, with dots for nested ones: dns.age_ms',
  }),
  format: value({
    short: 'F',
    arg: formats.join('|'),
    parse: oneOf(...formats),
    default: 'table' as const,
    help: 'what to write; json is one object per line',
  }),
  layout: value({
    arg: `auto|${layouts.join('|')}`,
    parse: oneOf('auto', ...layouts),
    default: 'auto' as const,
    help: 'which columns; auto goes by the first record that can be printed',
  }),
  color: value({
    arg: 'auto|always|never',
    parse: oneOf('auto', 'always', 'never'),
    default: 'auto' as const,
    help: 'colour in tables; auto means on a terminal without NO_COLOR',
  }),
  'no-header': flag({ help: 'rows only' }),
} as const;

export const command: Command<typeof options> = {
  name: 'tcpfmt',
  kind: 'filter',
  summary: 'records as columns, CSV, TSV, JSON or Markdown',
  synopsis: '[OPTION…] [FILE…]',
  examples: [
    ['tcpfmt -t events.ndjson', 'what happened when, in the columns of tcpconnect'],
    ['tcpfmt -TUL events.ndjson', 'with wall clock, user and local port'],
    ['tcpfmt -F csv events.ndjson', 'for a spreadsheet'],
    ['tcpfmt -f comm,daddr,dns.age_ms events.ndjson', 'chosen fields'],
    ['tcpfmt --layout tracer -v events.ndjson', 'the columns of tcptracer, in full'],
  ],
  options,
};
