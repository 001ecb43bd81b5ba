import { maxLineBytes } from '@tcppipe/cli';
import { type AnyRecord, serialise } from '@tcppipe/events';
import { type Verdict, verdictFrom } from './evidence.js';
import type { Answer } from './kept.js';
import { type Named, type Tier, ttlLeftMs } from './names.js';

/**
 * The line of a record with `query` and `dns` at its end, of a connection that began `at`. The text, of which nothing
 * needs to be escaped, is kept as it came, which is faster than to serialise anew and keeps fields of later versions.
 */
export function joinedText(text: string, finding: Named | string, at: number): string {
  const head = text.endsWith('}') ? text.slice(0, -1) : text.slice(0, text.lastIndexOf('}'));
  return head + tailOf(finding, at, Buffer.byteLength(head));
}

/** What takes the place of the brace behind a record of so many bytes. A line above 16 KiB goes without `chain` and `candidates`. */
export function tailOf(finding: Named | string, at: number, headBytes: number): string {
  const tail = wholeTail(finding, at);
  const most = maxLineBytes - headBytes;
  if (tail.length * 3 <= most || Buffer.byteLength(tail) <= most) return tail;
  const { query, dns } = verdictFrom(finding, at);
  const { chain: _chain, candidates: _candidates, ...rest } = dns;
  return tailFrom({ query, dns: rest });
}

/** Whether what is written of a finding is known to be ASCII. */
export function isAscii(finding: Named | string): boolean {
  return typeof finding === 'string' || onlyVerbatim(finding) !== undefined;
}

/** The text of a record that was joined before, without what was said then. */
export function withoutVerdict(text: string): string {
  const { query: _query, dns: _dns, ...rest } = JSON.parse(text) as AnyRecord;
  return serialise(rest);
}

function tailFrom(verdict: Verdict): string {
  return `,${serialise(verdict).slice(1)}`;
}

/** As `tailFrom` writes it, but for the speed. */
function wholeTail(finding: Named | string, at: number): string {
  if (typeof finding === 'string') return reasonTail(finding);
  const answer = onlyVerbatim(finding);
  if (!answer) return tailFrom(verdictFrom(finding, at));
  const { time, ttl } = answer;
  const age = at - time;
  const left = ttl === undefined ? '' : ttlLeftMs(ttl, age) / 1e3;
  const beforeLeft = textBeforeLeft(finding.scope, ttl !== undefined);
  return `${textBeforeAge(answer)}${age / 1e3}${beforeLeft}${left}${textBehindLeft(answer)}`;
}

/** What stands before the age of an answer of which all texts are in JSON what they are. */
export function textBeforeAge({ qname }: Answer): string {
  return `,"query":"${qname}","dns":{"age_ms":`;
}

/** What stands between that age and the time that is left, if there is one. */
export function textBeforeLeft(scope: Tier, hasTtl: boolean): string {
  return `,"scope":"${scope}"${hasTtl ? ',"ttl_left_s":' : ''}`;
}

/** What stands behind that. */
export function textBehindLeft({ chain, resolver }: Answer): string {
  const chainText = chain.length > 0 ? `,"chain":["${chain.join('","')}"]` : '';
  return `${chainText}${resolver === undefined ? '' : `,"resolver":"${resolver}"`}}}`;
}

/** The answer, where there is no other and its texts are in JSON what they are. */
export function onlyVerbatim({ answers }: Named): Answer | undefined {
  const [answer] = answers;
  return answers.length === 1 && answer!.isVerbatim ? answer : undefined;
}

function reasonTail(reason: string): string {
  const query = reason === 'loopback' ? '"localhost"' : 'null';
  return `,"query":${query},"dns":{"reason":"${reason}"}}`;
}
