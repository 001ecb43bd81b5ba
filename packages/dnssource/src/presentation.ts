import {
  type CaaData,
  type DnskeyData,
  type DsData,
  record,
  type SshfpData,
  type TlsaData,
} from 'dns-packet';
import { decimalEscape } from './names.js';

type Form = (rdata: Buffer) => string | undefined;

/** Each byte of a quoted character string as text. */
const quotedText = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  if (char === '"' || char === '\\') return `\\${char}`;
  return byte < 0x20 || byte > 0x7e ? decimalEscape(byte) : char;
});

/** Presentation forms of the types without names in them. */
const forms = new Map<number, Form>([
  [13, characterStrings], // HINFO
  [16, characterStrings], // TXT
  [43, form<DsData>('DS', ds => `${ds.keyTag} ${ds.algorithm} ${ds.digestType} ${hex(ds.digest)}`)],
  [44, form<SshfpData>('SSHFP', key => `${key.algorithm} ${key.hash} ${key.fingerprint}`)],
  [48, form<DnskeyData>('DNSKEY', key => `${key.flags} 3 ${key.algorithm} ${key.key.toString('base64')}`)],
  [
    52,
    form<TlsaData>(
      'TLSA',
      tlsa => `${tlsa.usage} ${tlsa.selector} ${tlsa.matchingType} ${hex(tlsa.certificate)}`,
    ),
  ],
  [99, characterStrings], // SPF
  [257, form<CaaData>('CAA', caaText)],
]);

/** The data as its type presents it where that is known here and sound, else by RFC 3597: `\# LENGTH HEX`. */
export function presentationText(type: number, rdata: Buffer): string {
  return forms.get(type)?.(rdata) ?? genericText(rdata);
}

export function genericText(rdata: Buffer): string {
  return rdata.length === 0 ? '\\# 0' : `\\# ${rdata.length} ${hex(rdata)}`;
}

function form<T>(type: string, text: (data: T) => string | undefined): Form {
  return rdata => {
    const data = decoded(type, rdata);
    return data === undefined ? undefined : text(data as T);
  };
}

/**
 * What dns-packet makes of the data. It reads what is not there as empty and bytes that are not UTF-8 as U+FFFD:
 * only what encodes to the same bytes again was decoded.
 */
function decoded(type: string, rdata: Buffer): unknown {
  const bytes = Buffer.allocUnsafe(2 + rdata.length);
  bytes.writeUInt16BE(rdata.length);
  rdata.copy(bytes, 2);
  const { decode, encode } = record(type);
  try {
    const data = decode(bytes);
    return encode(data).equals(bytes) ? data : undefined;
  } catch {
    return undefined; // its only way to say that the data is malformed
  }
}

/** RFC 8659, 4.1.1; the tag is letters and digits, so it stands without quotes. */
function caaText({ flags, tag, value }: CaaData): string | undefined {
  return /^[a-z0-9]+$/i.test(tag) ? `${flags} ${tag} ${quoted(Buffer.from(value))}` : undefined;
}

/** One or more strings, each behind its length (RFC 1035, 3.3.14). Not by dns-packet, which copies every one. */
function characterStrings(rdata: Buffer): string | undefined {
  if (rdata.length === 0) return undefined;
  const strings: string[] = [];
  for (let at = 0; at < rdata.length; ) {
    const start = at + 1;
    at = start + rdata[at]!;
    if (at > rdata.length) return undefined;
    strings.push(quoted(rdata, start, at));
  }
  return strings.join(' ');
}

/** A character string (RFC 1035, 5.1) in quotes. */
function quoted(bytes: Buffer, start = 0, end = bytes.length): string {
  let text = '"';
  for (let at = start; at < end; at++) text += quotedText[bytes[at]!];
  return `${text}"`;
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex').toUpperCase();
}
