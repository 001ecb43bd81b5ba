import { join } from 'node:path';
import { type filters, root } from './command.js';

/** A file of records of every type. */
export const sample = join(root, 'packages/setup/sample.ndjson');

/** Each filter in a way in which it writes a record for nearly each that it reads. */
export const invocations: Record<(typeof filters)[number], string> = {
  tcpjoin: 'tcpjoin --pass-dns',
  tcpcount: 'tcpcount --by seq',
  tcpfmt: 'tcpfmt -f seq,comm',
};

/** A record that every filter passes on at once. */
export const greeting = '{"type":"greeting","seq":0}\n';
