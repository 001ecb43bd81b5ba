import type { Answer } from '@tcppipe/events';
import { typeText } from './mnemonics.js';
import type { Names } from './names.js';
import { isAddress, rdataText } from './rdata.js';
import { type ResourceRecord, recordAt } from './record.js';

const MAX_ANSWERS = 128;
const MAX_ADDRESSES = 64;

/** Bytes of JSON. It leaves 4 KiB of the 16 that a `dns` record may take for its other fields. */
const MAX_JSON = 12 * 1024;

/** Keys, quotes, punctuation, the longest type and TTL of one answer. */
const JSON_OVERHEAD = 64;

/** RFC 2181, section 8: a TTL with the top bit set counts as 0. */
const MAX_TTL = 0x7fff_ffff;

export interface AnswerSection {
  answers: Answer[];
  /** Whether these are all: none malformed, cut off or past a bound. */
  complete: boolean;
  /** Offset behind the section; undefined where it has no end in the bytes. */
  end: number | undefined;
}

/** The `count` answers at `start`. Those that are malformed are left out, the others stay. */
export function answerSection(
  bytes: Buffer,
  names: Names,
  start: number | undefined,
  count: number,
): AnswerSection {
  const answers: Answer[] = [];
  let addresses = 0;
  let json = 0;
  let at = start;
  for (let i = 0; i < count && at !== undefined; i++) {
    const record = recordAt(bytes, at);
    at = record?.end;
    if (record === undefined || i >= MAX_ANSWERS || json >= MAX_JSON) continue;
    if (isAddress(record) && ++addresses > MAX_ADDRESSES) continue;

    const answer = answerOf(bytes, names, record);
    if (answer === undefined) continue;
    json += JSON_OVERHEAD + jsonLength(answer.name) + jsonLength(answer.data);
    if (json < MAX_JSON) answers.push(answer);
  }
  return { answers, complete: answers.length === count, end: at };
}

function answerOf(bytes: Buffer, names: Names, record: ResourceRecord): Answer | undefined {
  const data = rdataText(bytes, names, record);
  if (data === undefined) return undefined;
  const name = names.at(record.owner);
  if (name === undefined) return undefined;
  return { name, type: typeText(record.type), ttl: record.ttl > MAX_TTL ? 0 : record.ttl, data };
}

/** Bytes of the text in JSON: it is ASCII, and may need escapes. */
function jsonLength(text: string): number {
  return text.includes('\\') || text.includes('"') ? JSON.stringify(text).length : text.length + 2;
}
