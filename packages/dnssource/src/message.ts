import type { Answer } from '@tcppipe/events';
import { answerSection } from './answers.js';
import { rcodeText, typeText } from './mnemonics.js';
import { headerBytes, Names, nameEnd } from './names.js';
import { recordAt, recordsEnd } from './record.js';

const RESPONSE = 0x8000;
const TRUNCATED = 0x0200;
const RCODE = 0x000f;

const OPT = 41;

/** The least a question takes: the root name, type, class. */
const QUESTION_BYTES = 5;

/** The least a record takes: the root name, type, class, TTL, RDLENGTH. */
const RECORD_BYTES = 11;

export interface Message {
  txid: number;
  isResponse: boolean;
  /** IANA mnemonic, the upper bits of EDNS included. */
  rcode: string;
  /** TC bit set, bytes missing, or answers missing from `answers`: malformed ones or more than are kept. */
  truncated: boolean;
  /** The first one; absent where there is none or its name is malformed. */
  question: Question | undefined;
  /** At most 128, 64 addresses among them, 12 KiB of JSON in all. */
  answers: Answer[];
}

export interface Question {
  qname: string;
  qtype: string;
}

/**
 * The message in `bytes`, of which `wireBytes` were on the wire. Never throws.
 * Undefined where it is no DNS message: shorter than a header, or with counts that cannot fit.
 */
export function parseMessage(bytes: Buffer, wireBytes: number): Message | undefined {
  if (bytes.length < headerBytes) return undefined;
  const questions = bytes.readUInt16BE(4);
  const answers = bytes.readUInt16BE(6);
  const authorities = bytes.readUInt16BE(8);
  const additionals = bytes.readUInt16BE(10);
  const leastBytes = QUESTION_BYTES * questions + RECORD_BYTES * (answers + authorities + additionals);
  if (leastBytes > Math.max(bytes.length, wireBytes) - headerBytes) return undefined;

  const names = new Names(bytes);
  const flags = bytes.readUInt16BE(2);
  const section = answerSection(bytes, names, questionsEnd(bytes, questions), answers);
  const additionalsAt = recordsEnd(bytes, section.end, authorities);
  return {
    txid: bytes.readUInt16BE(0),
    isResponse: (flags & RESPONSE) !== 0,
    rcode: rcodeText((upperRcode(bytes, additionalsAt, additionals) << 4) | (flags & RCODE)),
    truncated: (flags & TRUNCATED) !== 0 || bytes.length < wireBytes || !section.complete,
    question: questions === 0 ? undefined : firstQuestion(bytes, names),
    answers: section.answers,
  };
}

function firstQuestion(bytes: Buffer, names: Names): Question | undefined {
  const end = nameEnd(bytes, headerBytes);
  const qname = names.at(headerBytes);
  if (qname === undefined || end === undefined || end + 4 > bytes.length) return undefined;
  return { qname, qtype: typeText(bytes.readUInt16BE(end)) };
}

/** Offset behind the questions; undefined where they do not lie inside the bytes. */
function questionsEnd(bytes: Buffer, count: number): number | undefined {
  let at = headerBytes;
  for (let i = 0; i < count; i++) {
    const end = nameEnd(bytes, at);
    if (end === undefined || end + 4 > bytes.length) return undefined;
    at = end + 4;
  }
  return at;
}

/** The upper eight bits of the response code: first byte of the TTL of OPT (RFC 6891, 6.1.3); 0 without one. */
function upperRcode(bytes: Buffer, additionalsAt: number | undefined, count: number): number {
  let at = additionalsAt;
  for (let i = 0; i < count && at !== undefined; i++) {
    const record = recordAt(bytes, at);
    if (record?.type === OPT) return record.ttl >>> 24;
    at = record?.end;
  }
  return 0;
}
