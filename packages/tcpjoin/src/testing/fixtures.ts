import { Readable } from 'node:stream';
import { LineNumbers, recordsOf, Tally } from '@tcppipe/cli';
import { writtenLines } from '@tcppipe/cli/testing';
import { type AnyRecord, flatFields } from '@tcppipe/events';
import { Feed } from '../feed.js';
import { numberedBy } from '../items.js';
import { Join, type JoinOptions } from '../join.js';

/** Wall clock at the start of the boot that the records of tests come from, seconds. */
export const bootTime = 1_795_000_000;

/** A process of the tests: 40, started at second 5, in namespace 1. */
export const someone = { pid: 40, pid_start_us: 5e6, netns: 1 };

let seq = 0;

/** The fields of a record stamped `at` seconds after boot. */
export function stamp(at: number, run: string): AnyRecord {
  const mono_us = Math.round(at * 1e6);
  return { ts: bootTime + mono_us / 1e6, mono_us, run, seq: seq++ };
}

export function connect(at: number, daddr: string, fields: AnyRecord = {}): AnyRecord {
  return { type: 'connect', ...stamp(at, 'tcp'), ...someone, ip: 4, daddr, dport: 443, ...fields };
}

/** The record with its fields in the order in which sources write them: only so is it read without a full parse. */
export function asWritten(record: AnyRecord): AnyRecord {
  const rank = (name: string) => flatFields.findIndex(field => field.name === name);
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => rank(a) - rank(b)));
}

export function dns(at: number, qname: string, addresses: string[], fields: AnyRecord = {}): AnyRecord {
  const answers = addresses.map(data => ({
    name: qname,
    type: data.includes(':') ? 'AAAA' : 'A',
    ttl: 60,
    data,
  }));
  return {
    type: 'dns',
    ...stamp(at, 'dns'),
    ...someone,
    qname,
    qtype: 'A',
    rcode: 'NOERROR',
    answers,
    resolver: '192.0.2.53',
    proto: 'udp',
    solicited: true,
    ...fields,
  };
}

export function ready(at: number, tool: string, fields: AnyRecord = {}): AnyRecord {
  return { type: 'ready', ...stamp(at, tool === 'dnssource' ? 'dns' : 'tcp'), tool, boot_id: 'b', ...fields };
}

export function lost(at: number, tool: string): AnyRecord {
  return {
    type: 'lost',
    ...stamp(at, tool === 'dnssource' ? 'dns' : 'tcp'),
    tool,
    count: 3,
    reason: 'ring_full',
  };
}

export const defaults: JoinOptions = {
  scope: 'netns',
  ttlUs: 86_400e6,
  max: 10_000,
  unsolicited: false,
  passDns: false,
};

/** The lines that come of one or several recorded inputs. */
export async function linesFrom(
  inputs: AnyRecord[][],
  options: Partial<JoinOptions> = {},
): Promise<string[]> {
  const join = new Join({ ...defaults, ...options });
  const { out, lines } = writtenLines();
  const feed = new Feed(
    inputs.map(records => ({ batches: batchOf(records), isLive: false })),
    {
      slackMs: 100,
      deliver: item => join.write(item, out),
      out,
    },
  );
  await feed.run();
  return lines();
}

/** The same from the bytes of the inputs, read in chunks of these sizes. */
export async function linesFromBytes(
  inputs: AnyRecord[][],
  chunkSizes: number[],
  options: Partial<JoinOptions> = {},
): Promise<string[]> {
  const tally = new Tally();
  const numbers = new LineNumbers(numberedBy);
  const { signal } = new AbortController();
  let turn = 0;
  const size = () => Math.max(1, chunkSizes[turn++ % chunkSizes.length]!);
  function* chunks(records: AnyRecord[]) {
    const bytes = Buffer.from(records.map(record => `${JSON.stringify(record)}\n`).join(''));
    for (let at = 0; at < bytes.length; ) {
      const end = at + size();
      yield bytes.subarray(at, end);
      at = end;
    }
  }
  const { out, lines } = writtenLines();
  const join = new Join({ ...defaults, ...options });
  const feed = new Feed(
    inputs.map(records => ({
      batches: recordsOf(Readable.from(chunks(records), { objectMode: false }), 'x', tally, signal, numbers),
      isLive: false,
    })),
    {
      slackMs: 100,
      deliver: item => join.write(item, out),
      out,
    },
  );
  await feed.run();
  return lines();
}

export async function recordsFrom(
  inputs: AnyRecord[][],
  options?: Partial<JoinOptions>,
): Promise<AnyRecord[]> {
  return (await linesFrom(inputs, options)).map(line => JSON.parse(line) as AnyRecord);
}

/** `query` and `dns` of the last record that comes of one input. */
export async function verdict(records: AnyRecord[], options?: Partial<JoinOptions>): Promise<AnyRecord> {
  const { query, dns } = (await recordsFrom([records], options)).at(-1)!;
  return { query, dns };
}

/** The `query` of it. */
export async function queryOf(records: AnyRecord[], options = {}): Promise<unknown> {
  return (await verdict(records, options)).query;
}

async function* batchOf(records: AnyRecord[]) {
  yield records.map(record => ({ text: JSON.stringify(record), record }));
}
