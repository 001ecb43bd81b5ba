import { maxLineBytes } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous, isPlain, serialise } from '@tcppipe/events';
import { type Verdict, verdictFrom } from './evidence.js';
import type { Answer } from './kept.js';
import { type Named, type Tier, ttlLeftMs } from './names.js';

/**
 * The line of a record with `query` and `dns` at its end, of a connection that began `at`. The text, of which nothing
 * needs to be escaped, is kept as it came, which is faster than to serialise anew and keeps fields of later versions.
 * A line above 16 KiB goes without `chain` and `candidates`.
 */
export function joinedText(text: string, finding: Named | string, at: number): string {
  const head = text.endsWith('}') ? text.slice(0, -1) : text.slice(0, text.lastIndexOf('}'));
  const line = head + tailOf(finding, at);
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes) return line;
  const { query, dns } = verdictFrom(finding, at);
  const { chain: _chain, candidates: _candidates, ...rest } = dns;
  return head + tailFrom({ query, dns: rest });
}

/** Whether what is written of a finding is known to be ASCII. */
export function isAscii(finding: Named | string): boolean {
  return typeof finding === 'string' || (finding.answers.length === 1 && textOf(finding.answers[0]!).isAscii);
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
function tailOf(finding: Named | string, at: number): string {
  if (typeof finding === 'string') return reasonTail(finding);
  const { answers, scope } = finding;
  if (answers.length > 1) return tailFrom(verdictFrom(finding, at));
  const [answer] = answers as [Answer];
  const { before, after } = textOf(answer);
  const age = before + thousandths(at - answer.time) + scopeTexts[scope];
  if (answer.ttl === undefined) return age + after;
  return `${age},"ttl_left_s":${thousandths(ttlLeftMs(answer, at))}${after}`;
}

function reasonTail(reason: string): string {
  const query = reason === 'loopback' ? '"localhost"' : 'null';
  return `,"query":${query},"dns":{"reason":"${reason}"}}`;
}

const scopeTexts: Record<Tier, string> = {
  process: ',"scope":"process"',
  netns: ',"scope":"netns"',
  resolver: ',"scope":"resolver"',
  host: ',"scope":"host"',
};

/** What stands before the age, and behind the rest, wherever this is the evidence. */
function textOf(answer: Answer): NonNullable<Answer['text']> {
  if (answer.text) return answer.text;
  const { qname, chain, resolver } = answer;
  const parts = [
    ...(chain.length > 0 ? [`,"chain":${serialise(chain)}`] : []),
    ...(resolver !== undefined ? [`,"resolver":${jsonText(resolver)}`] : []),
    '}}',
  ];
  // Joined, so that each is one text in memory, and not one that is put together anew whenever it is written.
  const before = [',"query":', jsonText(qname), ',"dns":{"age_ms":'].join('');
  const after = parts.join('');
  answer.text = { before, after, isAscii: isPlain(before) && isPlain(after) };
  return answer.text;
}

function jsonText(value: string): string {
  return escapeDangerous(JSON.stringify(value));
}

const fractions = Array.from({ length: 1000 }, (_, n) =>
  `.${String(n).padStart(3, '0')}`.replace(/\.?0+$/, ''),
);

/** `n / 1000` as JSON has it, for a whole number: quotients of so few digits are exact, but `String` takes its time over them. */
function thousandths(n: number): string {
  if (!(n >= 0 && n < 1e15)) return JSON.stringify(n / 1e3);
  const whole = Math.floor(n / 1e3);
  return String(whole) + fractions[n - whole * 1e3];
}
