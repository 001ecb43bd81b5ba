import { ipv4Text, ipv6Text } from '@tcppipe/events';
import { type Names, nameEnd } from './names.js';
import { genericText, presentationText } from './presentation.js';
import type { ResourceRecord } from './record.js';

const A = 1;
const NS = 2;
const CNAME = 5;
const SOA = 6;
const PTR = 12;
const MX = 15;
const AAAA = 28;
const SRV = 33;
const DNAME = 39;

const INTERNET = 1;

/** mDNS has a use of its own for the top bit of the class (RFC 6762, 10.2). */
const CLASS_BITS = 0x7fff;

/**
 * The data of a record of the message as text: an address, a name, else the presentation form of its type, with
 * names as `Names` writes them. Undefined where the data is not what the type asks for.
 */
export function rdataText(bytes: Buffer, names: Names, record: ResourceRecord): string | undefined {
  const { type, rdata, end } = record;
  switch (type) {
    case A:
    case AAAA:
      return isAddress(record) ? addressText(bytes, record) : genericText(bytes.subarray(rdata, end));
    case CNAME:
    case DNAME:
    case NS:
    case PTR:
      return names.between(rdata, end);
    case MX:
      return numbersAndName(bytes, names, record, 1);
    case SRV:
      return numbersAndName(bytes, names, record, 3);
    case SOA:
      return soaText(bytes, names, record);
    default:
      return presentationText(type, bytes.subarray(rdata, end));
  }
}

/** Whether the record holds an Internet address: in other classes the same types mean other things. */
export function isAddress(record: ResourceRecord): boolean {
  return (record.type === A || record.type === AAAA) && (record.class & CLASS_BITS) === INTERNET;
}

/** Of the exact length only: an address that was cut looks like another one. */
function addressText(bytes: Buffer, { type, rdata, end }: ResourceRecord): string | undefined {
  if (type === A) return end - rdata === 4 ? ipv4Text(bytes, rdata) : undefined;
  return end - rdata === 16 ? ipv6Text(bytes, rdata) : undefined;
}

/** MX (one) and SRV (three): 16-bit numbers, then a name. */
function numbersAndName(
  bytes: Buffer,
  names: Names,
  { rdata, end }: ResourceRecord,
  count: number,
): string | undefined {
  const nameAt = rdata + 2 * count;
  const name = names.between(nameAt, end);
  if (name === undefined) return undefined;
  let text = '';
  for (let at = rdata; at < nameAt; at += 2) text += `${bytes.readUInt16BE(at)} `;
  return text + name;
}

/** RFC 1035, 3.3.13: two names, then five 32-bit numbers. */
function soaText(bytes: Buffer, names: Names, { rdata, end }: ResourceRecord): string | undefined {
  const rnameAt = nameEnd(bytes, rdata);
  const numbersAt = end - 20;
  if (rnameAt === undefined) return undefined;
  const mname = names.at(rdata);
  const rname = names.between(rnameAt, numbersAt);
  if (mname === undefined || rname === undefined) return undefined;
  let text = `${mname} ${rname}`;
  for (let at = numbersAt; at < end; at += 4) text += ` ${bytes.readUInt32BE(at)}`;
  return text;
}
