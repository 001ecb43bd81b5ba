/**
 * The one list of record fields. TypeScript types (`types.ts`), validation (`validate.ts`), the JSON Schema
 * (`json-schema.ts`) and the columns of `tcpfmt` derive from it. Fields stand in the order in which their
 * keys are written. Within a schema major version there are only additions.
 */

export const schemaVersion = '1.0';

export const tcpTypes = ['connect', 'established', 'failed', 'accept', 'close'] as const;
export const recordTypes = [...tcpTypes, 'dns', 'count', 'lost', 'ready'] as const;
export type RecordType = (typeof recordTypes)[number];

/** What a count record says beside its key, so that nothing can be counted by it. */
export const ownCountFields: readonly string[] = ['type', 'connects', 'from', 'to', 'other'];

const source = [...tcpTypes, 'dns', 'lost', 'ready'] as const;
const owned = [...tcpTypes, 'dns'] as const;

export interface FieldSpec {
  /** JSON shape; `integer` is exact and below 2^53. */
  readonly kind: 'integer' | 'number' | 'string' | 'boolean' | 'strings' | 'answers' | 'evidence';
  /** Record types that can carry the field. */
  readonly in: readonly RecordType[];
  /** Present in every record of these types; elsewhere an unknown value is an absent key. */
  readonly always?: readonly RecordType[];
  readonly nullable?: true;
  readonly unit?: string;
  readonly doc: string;
  /** Columns a value usually takes in a table. */
  readonly width: number;
}

function field<const F extends FieldSpec>(spec: F): F {
  return spec;
}

export const fields = {
  type: field({ kind: 'string', in: recordTypes, always: recordTypes, width: 11, doc: 'what happened' }),
  ts: field({
    kind: 'number',
    in: source,
    always: source,
    unit: 's',
    width: 17,
    doc: 'wall clock, seconds since the Unix epoch, at most 6 decimals; for people and across boots',
  }),
  mono_us: field({
    kind: 'integer',
    in: source,
    always: source,
    unit: 'us',
    width: 14,
    doc: 'microseconds since boot, suspend included (CLOCK_BOOTTIME), by the kernel; orders and measures within one boot',
  }),
  run: field({
    kind: 'string',
    in: source,
    always: source,
    width: 8,
    doc: '8 hex digits, drawn anew by each source process; with seq the identity of a record',
  }),
  seq: field({
    kind: 'integer',
    in: source,
    always: source,
    width: 8,
    doc: '0, 1, 2… within a run; a lost record takes count numbers, any other hole was lost downstream',
  }),
  pid: field({ kind: 'integer', in: owned, width: 7, doc: 'process (tgid), in the initial pid namespace' }),
  tid: field({ kind: 'integer', in: owned, width: 7, doc: 'thread, in the initial pid namespace' }),
  uid: field({ kind: 'integer', in: owned, width: 6, doc: 'user, in the initial user namespace' }),
  comm: field({
    kind: 'string',
    in: owned,
    width: 16,
    doc: 'thread name, at most 15 bytes; bytes that are not UTF-8 stand as \\xNN',
  }),
  pid_start_us: field({
    kind: 'integer',
    in: owned,
    unit: 'us',
    width: 14,
    doc: 'start of the process, microseconds since boot; with pid the identity of the process',
  }),
  ip: field({ kind: 'integer', in: tcpTypes, width: 2, doc: '4 or 6; an IPv4-mapped connection is 4' }),
  saddr: field({
    kind: 'string',
    in: [...tcpTypes, 'count'],
    width: 16,
    doc: 'local address, canonical text (RFC 5952)',
  }),
  sport: field({ kind: 'integer', in: [...tcpTypes, 'count'], width: 6, doc: 'local port' }),
  daddr: field({
    kind: 'string',
    in: [...tcpTypes, 'count'],
    width: 16,
    doc: 'peer address, canonical text (RFC 5952)',
  }),
  dport: field({ kind: 'integer', in: [...tcpTypes, 'count'], width: 6, doc: 'peer port' }),
  mapped: field({
    kind: 'boolean',
    in: tcpTypes,
    width: 6,
    doc: 'true where an IPv6 socket spoke IPv4 (::ffff:a.b.c.d); otherwise absent',
  }),
  netns: field({ kind: 'integer', in: owned, width: 10, doc: 'inode number of the network namespace' }),
  mntns: field({ kind: 'integer', in: owned, width: 10, doc: 'inode number of the mount namespace' }),
  cgroup: field({ kind: 'integer', in: owned, width: 8, doc: 'cgroup v2 id' }),
  sock: field({
    kind: 'string',
    in: owned,
    width: 8,
    doc: 'kernel socket cookie, decimal: pairs a connect with its outcome and close',
  }),
  latency_ms: field({
    kind: 'number',
    in: ['established', 'failed', 'close'],
    unit: 'ms',
    width: 10,
    doc: 'time since the connect; in a close, what the handshake took, unless this end had accepted it',
  }),
  errno: field({
    kind: 'string',
    in: ['failed'],
    width: 13,
    doc: 'ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH…; EADDRNOTAVAIL where no local port could be had; ECANCELED where the application gave up; absent where only the application was told',
  }),
  duration_ms: field({
    kind: 'number',
    in: ['close'],
    unit: 'ms',
    width: 11,
    doc: 'time since it was established',
  }),
  tx_bytes: field({ kind: 'integer', in: ['close'], unit: 'bytes', width: 10, doc: 'payload sent' }),
  rx_bytes: field({ kind: 'integer', in: ['close'], unit: 'bytes', width: 10, doc: 'payload received' }),
  accepted: field({
    kind: 'boolean',
    in: ['close'],
    width: 8,
    doc: 'true where this end had accepted the connection; otherwise absent',
  }),
  txid: field({ kind: 'integer', in: ['dns'], width: 5, doc: 'DNS message id (RFC 1035)' }),
  qname: field({
    kind: 'string',
    in: ['dns'],
    width: 30,
    doc: 'name asked for: lower case, no trailing dot, RFC 1035 escapes',
  }),
  qtype: field({ kind: 'string', in: ['dns'], width: 6, doc: 'IANA mnemonic, or TYPE65 (RFC 3597)' }),
  rcode: field({ kind: 'string', in: ['dns'], width: 8, doc: 'IANA mnemonic: NOERROR, NXDOMAIN…' }),
  answers: field({ kind: 'answers', in: ['dns'], width: 30, doc: 'the answer section' }),
  resolver: field({ kind: 'string', in: ['dns'], width: 16, doc: 'address that answered' }),
  proto: field({ kind: 'string', in: ['dns'], width: 5, doc: 'udp, tcp or hosts' }),
  rtt_ms: field({ kind: 'number', in: ['dns'], unit: 'ms', width: 8, doc: 'time since the query' }),
  solicited: field({
    kind: 'boolean',
    in: ['dns'],
    width: 9,
    doc: 'whether the same socket had asked this question of this server',
  }),
  truncated: field({
    kind: 'boolean',
    in: ['dns'],
    width: 9,
    doc: 'true with TC set or when cut; otherwise absent',
  }),
  daemon: field({
    kind: 'boolean',
    in: ['dns'],
    width: 6,
    doc: 'true where the process is a resolver daemon of this host: it answers queries of others; otherwise absent',
  }),
  query: field({
    kind: 'string',
    in: tcpTypes,
    nullable: true,
    width: 30,
    doc: 'name that was asked for before the connection, or null; added by tcpjoin',
  }),
  dns: field({
    kind: 'evidence',
    in: tcpTypes,
    width: 30,
    doc: 'evidence for query, or the reason for its absence; added by tcpjoin',
  }),
  connects: field({
    kind: 'integer',
    in: ['count'],
    always: ['count'],
    width: 10,
    doc: 'records with this key',
  }),
  from: field({
    kind: 'number',
    in: ['count'],
    unit: 's',
    width: 17,
    doc: 'start of the window, epoch seconds, inclusive; without windows the first ts counted',
  }),
  to: field({
    kind: 'number',
    in: ['count'],
    unit: 's',
    width: 17,
    doc: 'end of the window, epoch seconds, exclusive; without windows the last ts counted',
  }),
  other: field({
    kind: 'boolean',
    in: ['count'],
    width: 5,
    doc: 'true on the one record that holds what no key of its own holds',
  }),
  tool: field({
    kind: 'string',
    in: ['lost', 'ready'],
    always: ['lost', 'ready'],
    width: 10,
    doc: 'command that speaks',
  }),
  count: field({
    kind: 'integer',
    in: ['lost'],
    always: ['lost'],
    width: 10,
    doc: 'how many events were lost',
  }),
  reason: field({
    kind: 'string',
    in: ['lost'],
    always: ['lost'],
    width: 12,
    doc: 'ring_full, no_memory, no_room, undecodable or shutdown',
  }),
  version: field({ kind: 'string', in: ['ready'], always: ['ready'], width: 8, doc: 'version of the tool' }),
  schema: field({
    kind: 'string',
    in: ['ready'],
    always: ['ready'],
    width: 6,
    doc: 'version of this schema',
  }),
  host: field({ kind: 'string', in: ['ready'], always: ['ready'], width: 16, doc: 'host name' }),
  boot_id: field({
    kind: 'string',
    in: ['ready'],
    always: ['ready'],
    width: 36,
    doc: 'id of this boot, from the kernel',
  }),
  kernel: field({ kind: 'string', in: ['ready'], always: ['ready'], width: 16, doc: 'kernel release' }),
  hooks: field({
    kind: 'strings',
    in: ['ready'],
    always: ['ready'],
    width: 30,
    doc: 'BPF programs attached',
  }),
} as const;

export type FieldName = keyof typeof fields;
export const fieldNames = Object.keys(fields) as FieldName[];

/** One resource record of `answers`. */
export const answerFields = {
  name: { kind: 'string', doc: 'owner name' },
  type: { kind: 'string', doc: 'IANA mnemonic, or TYPE65' },
  ttl: { kind: 'integer', doc: 'seconds' },
  data: { kind: 'string', doc: 'address, name, or the data in presentation form' },
} as const;

/** The object `dns` of a joined record. Every member is optional; `reason` stands alone where there is no answer. */
export const evidenceFields = {
  age_ms: { kind: 'number', doc: 'age of the answer at the time of the connection' },
  scope: { kind: 'string', doc: 'process, netns, resolver or host: whose answer it was, best first' },
  ttl_left_s: { kind: 'number', doc: 'what was left of its TTL; negative when expired' },
  chain: { kind: 'strings', doc: 'CNAMEs between query and address' },
  resolver: { kind: 'string', doc: 'address that answered' },
  candidates: { kind: 'strings', doc: 'all names that fit equally well, the chosen one first' },
  ambiguous: { kind: 'boolean', doc: 'true when there are several' },
  reason: { kind: 'string', doc: 'why there is no name' },
} as const;
