import type { AnyRecord } from '@tcppipe/events';
import type { filters } from '../lib/command.js';
import type { Peer } from './peers.js';
import { nameOf, type Recorded } from './records.js';

/** One job, and how others do it. The file to read is the last argument of each. */
export interface Job {
  what: string;
  tool: (typeof filters)[number];
  args: string[];
  /** Whether there are DNS records in its input, besides connects. */
  withAnswers: boolean;
  peers: { name: Peer; args: string[] }[];
  /** What is wrong with the output for these records, or undefined. */
  problem(output: string, input: Recorded): string | undefined;
}

const columns = ['pid', 'comm', 'ip', 'saddr', 'daddr', 'dport'];
const jqRow = `[${columns.map(name => `.${name}`).join(', ')}]`;
const mlrRow = ['cut', '-o', '-f', columns.join(',')];

export const jobs: Job[] = [
  {
    what: 'tcpjoin',
    tool: 'tcpjoin',
    args: [],
    withAnswers: true,
    peers: [
      {
        name: 'jq',
        args: [
          '-cn',
          `foreach inputs as $r ({names: {}};
             if $r.type == "dns" then .names[$r.answers[0].data] = $r.qname | .out = null
             else .out = ($r | .query = null) | .out.query = .names[$r.daddr] end;
             .out // empty)`,
        ],
      },
    ],
    problem(output, { connects }) {
      const joined = recordsOf(output);
      const wrong = joined.find(record => record.query !== nameOf(record.daddr as string));
      if (wrong) return `another name expected in ${JSON.stringify(wrong)}`;
      return joined.length === connects ? undefined : `${joined.length} of ${connects} connects`;
    },
  },
  {
    what: 'tcpcount',
    tool: 'tcpcount',
    args: [],
    withAnswers: false,
    peers: [
      {
        name: 'jq',
        args: ['-cn', `reduce inputs as $r ({}; .["\\($r.saddr) \\($r.daddr) \\($r.dport)"] += 1)`],
      },
      {
        name: 'mlr',
        args: ['--ijsonl', '--ojsonl', ...['count-distinct', '-f', 'saddr,daddr,dport']],
      },
      { name: 'duckdb', args: [] },
    ],
    problem(output, { connects }) {
      const counted = recordsOf(output).reduce((total, record) => total + (record.connects as number), 0);
      return counted === connects ? undefined : `${counted} of ${connects} connects`;
    },
  },
  {
    what: 'tcpfmt -t',
    tool: 'tcpfmt',
    args: ['-t'],
    withAnswers: false,
    peers: [
      { name: 'jq', args: ['-r', `${jqRow} | @tsv`] },
      { name: 'mlr', args: ['--ijsonl', '--otsv', ...mlrRow] },
    ],
    problem: rowsMissing,
  },
  {
    what: 'tcpfmt -F csv',
    tool: 'tcpfmt',
    args: ['-F', 'csv'],
    withAnswers: false,
    peers: [
      { name: 'jq', args: ['-r', `${jqRow} | @csv`] },
      { name: 'mlr', args: ['--ijsonl', '--ocsv', ...mlrRow] },
    ],
    problem: rowsMissing,
  },
];

function rowsMissing(output: string, { connects }: Recorded): string | undefined {
  const rows = output.split('\n').length - 2; // the header, and what follows the last newline
  return rows === connects ? undefined : `${rows} rows of ${connects} connects`;
}

function recordsOf(output: string): AnyRecord[] {
  return output
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line));
}
