import type { AnyRecord } from '@tcppipe/events';
import type { filters } from '../lib/command.js';
import type { Peer } from './peers.js';
import { nameOf, type Recorded, type Shape } from './records.js';

/** One job, and how others do it. The file to read is the last argument of each. */
export interface Job {
  what: string;
  tool: (typeof filters)[number];
  args: string[];
  /** What is in its input. */
  shape: Shape;
  peers: { name: Peer; args: string[] }[];
  /** What is wrong with the output for these records, or undefined. */
  problem(output: string, input: Recorded): string | undefined;
}

const columns = ['pid', 'comm', 'ip', 'saddr', 'daddr', 'dport'];
const jqRow = `[${columns.map(name => `.${name}`).join(', ')}]`;
const mlrRow = ['cut', '-o', '-f', columns.join(',')];

/** The fields that a job asks for, as DuckDB reads them without guessing at types. */
function duckdbTable(fields: Record<string, string>): string {
  const typed = Object.entries(fields).map(([name, type]) => `${name}: '${type}'`);
  return `read_json(FILE, format = 'newline_delimited', columns = {${typed.join(', ')}})`;
}

function duckdbCopy(query: string, format: 'csv' | 'json'): string[] {
  return [`COPY (${query}) TO '/dev/stdout' (FORMAT ${format})`];
}

const addresses = { saddr: 'VARCHAR', daddr: 'VARCHAR', dport: 'INTEGER' };
const row = { pid: 'INTEGER', comm: 'VARCHAR', ip: 'INTEGER', ...addresses };
const event = { type: 'VARCHAR', ts: 'DOUBLE', mono_us: 'BIGINT', ...row, uid: 'INTEGER', sock: 'VARCHAR' };
const response = {
  qname: 'VARCHAR',
  answers: 'STRUCT(name VARCHAR, type VARCHAR, ttl INTEGER, data VARCHAR)[]',
};

/** By address alone, the latest answer before the connect: less than tcpjoin does. */
const duckdbJoin = `
  WITH records AS MATERIALIZED (SELECT * FROM ${duckdbTable({ ...event, ...response })}),
    answers AS (SELECT mono_us, qname AS query, answers[1].data AS daddr FROM records WHERE type = 'dns'),
    connects AS (SELECT * EXCLUDE (qname, answers) FROM records WHERE type = 'connect')
  SELECT connects.*, query FROM connects ASOF LEFT JOIN answers
    ON connects.daddr = answers.daddr AND connects.mono_us >= answers.mono_us`;

export const jobs: Job[] = [
  joinOf('tcpjoin', 'long-lived'),
  joinOf('tcpjoin, a process for each connect', 'short-lived'),
  {
    what: 'tcpcount',
    tool: 'tcpcount',
    args: [],
    shape: 'connects',
    peers: [
      {
        name: 'jq',
        args: ['-cn', `reduce inputs as $r ({}; .["\\($r.saddr) \\($r.daddr) \\($r.dport)"] += 1)`],
      },
      {
        name: 'mlr',
        args: ['--ijsonl', '--ojsonl', ...['count-distinct', '-f', 'saddr,daddr,dport']],
      },
      {
        name: 'duckdb',
        args: duckdbCopy(
          `SELECT saddr, daddr, dport, count(*) AS connects FROM ${duckdbTable(addresses)} GROUP BY ALL ORDER BY connects DESC`,
          'json',
        ),
      },
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
    shape: 'connects',
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
    shape: 'connects',
    peers: [
      { name: 'jq', args: ['-r', `${jqRow} | @csv`] },
      { name: 'mlr', args: ['--ijsonl', '--ocsv', ...mlrRow] },
      { name: 'duckdb', args: duckdbCopy(`SELECT ${columns.join(', ')} FROM ${duckdbTable(row)}`, 'csv') },
    ],
    problem: rowsMissing,
  },
];

function joinOf(what: string, shape: Shape): Job {
  return {
    what,
    tool: 'tcpjoin',
    args: [],
    shape,
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
      {
        name: 'mlr',
        args: [
          ...['--ijsonl', '--ojsonl', 'put'],
          `if ($type == "dns") { @names[$answers[1]["data"]] = $qname; filter false }
           else { $query = @names[$daddr]; filter true }`,
        ],
      },
      { name: 'duckdb', args: duckdbCopy(duckdbJoin, 'json') },
    ],
    problem(output, { connects }) {
      const joined = recordsOf(output);
      const wrong = joined.find(record => record.query !== nameOf(record.daddr as string));
      if (wrong) return `another name expected in ${JSON.stringify(wrong)}`;
      return joined.length === connects ? undefined : `${joined.length} of ${connects} connects`;
    },
  };
}

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
