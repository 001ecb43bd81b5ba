import { type Command, decimal, Expected, fieldPath, integer, list, oneOf, value } from '@tcppipe/cli';
import { inRecordOrder, ownCountFields, type Path, tcpTypes } from '@tcppipe/events';

/** Fields of one key at most. */
const maxFields = 16;

const options = {
  by: value({
    arg: 'FIELD,…',
    parse: keyPaths,
    adds: true,
    default: keyPaths('saddr,daddr,dport'),
    help: 'what to count by, with dots for nested fields: dns.scope (default saddr,daddr,dport)',
  }),
  event: value({
    short: 'e',
    arg: 'TYPE',
    parse: oneOf(...tcpTypes, 'dns'),
    default: 'connect' as const,
    help: 'type of the records to count (default connect)',
  }),
  interval: value({
    short: 'i',
    arg: 'SEC',
    parse: decimal(86_400, 'seconds', 0.001),
    help: 'a report for each window of SEC seconds of event time, aligned to the epoch',
  }),
  top: value({
    arg: 'N',
    parse: integer(1, 1_000_000),
    help: 'at most N keys in a report, the rest as one other record',
  }),
  'max-keys': value({
    arg: 'N',
    parse: integer(1, 1_000_000),
    default: 10_240,
    help: 'keep at most N keys, count the rest as other (default 10240)',
  }),
} as const;

export const command: Command<typeof options> = {
  name: 'tcpcount',
  kind: 'filter',
  summary: 'how many connections by address, process or any other field',
  synopsis: '[OPTION…] [FILE…]',
  examples: [
    ['tcpcount events.ndjson', 'who connected where, the busiest first'],
    ['tcpcount --by comm,query --top 10 events.ndjson', 'the ten busiest pairs of process and name'],
    ['tcpcount -e failed --by daddr,errno events.ndjson', 'what failed, and how'],
    ['tcpcount -i 60 events.ndjson', 'a report for each minute'],
  ],
  options,
};

function keyPaths(text: string): Path[] {
  const paths = list(fieldPath, maxFields)(text);
  const own = paths.find(([name]) => ownCountFields.includes(name!));
  if (own) throw new Expected(`other fields than ${ownCountFields.join(', ')}`);
  const names = paths.map(path => path.join('.'));
  const overlaps = names.some((name, i) =>
    names.some((other, j) => i !== j && `${name}.`.startsWith(`${other}.`)),
  );
  if (overlaps) throw new Expected('each field once');
  return inRecordOrder(paths);
}
