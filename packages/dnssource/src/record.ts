import { nameEnd } from './names.js';

const FIXED_BYTES = 10; // type, class, TTL, RDLENGTH

/** Where a resource record stands in its message (RFC 1035, 4.1.3). RDATA is the bytes from `rdata` to `end`. */
export interface ResourceRecord {
  owner: number;
  type: number;
  class: number;
  /** Seconds; in an OPT record something else (RFC 6891, 6.1.3). */
  ttl: number;
  rdata: number;
  end: number;
}

/** The record at `at`; undefined where it does not lie inside the bytes as a whole. */
export function recordAt(bytes: Buffer, at: number): ResourceRecord | undefined {
  const fixed = nameEnd(bytes, at);
  if (fixed === undefined || fixed + FIXED_BYTES > bytes.length) return undefined;
  const rdata = fixed + FIXED_BYTES;
  const end = rdata + bytes.readUInt16BE(fixed + 8);
  if (end > bytes.length) return undefined;
  return {
    owner: at,
    type: bytes.readUInt16BE(fixed),
    class: bytes.readUInt16BE(fixed + 2),
    ttl: bytes.readUInt32BE(fixed + 4),
    rdata,
    end,
  };
}

/** Offset behind `count` records; undefined where they do not lie inside the bytes. */
export function recordsEnd(bytes: Buffer, at: number | undefined, count: number): number | undefined {
  let end = at;
  for (let i = 0; i < count && end !== undefined; i++) end = recordAt(bytes, end)?.end;
  return end;
}
