import { maxLineBytes } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous, serialise } from '@tcppipe/events';
import type { Verdict } from './evidence.js';

/**
 * The line of a record with `query` and `dns` at its end. The text is kept as it came, which is faster than to
 * serialise anew and keeps fields of later versions; only one that had been joined before, for which `record` is
 * needed, is rewritten.
 * A line above 16 KiB goes without `chain` and `candidates`.
 */
export function joinedLine(text: string, record: AnyRecord | undefined, verdict: Verdict): string {
  const head = textWithoutVerdict(text, record);
  const line = splice(head, verdict);
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes) return line;
  const { chain: _chain, candidates: _candidates, ...dns } = verdict.dns;
  return splice(head, { query: verdict.query, dns });
}

function splice(head: string, verdict: Verdict): string {
  const body = head.endsWith('}') ? head.slice(0, -1) : head.slice(0, head.lastIndexOf('}'));
  return escapeDangerous(body + tailOf(verdict));
}

/** Most records of a busy host end in one of these few ways. */
const reasonTails = new Map<string, string>();

function tailOf(verdict: Verdict): string {
  const { reason } = verdict.dns;
  if (reason === undefined) return `,${JSON.stringify(verdict).slice(1)}`;
  let tail = reasonTails.get(reason);
  if (tail === undefined) {
    tail = `,${JSON.stringify(verdict).slice(1)}`;
    reasonTails.set(reason, tail);
  }
  return tail;
}

function textWithoutVerdict(text: string, record: AnyRecord | undefined): string {
  if (!record) return text;
  const { query: _query, dns: _dns, ...rest } = record;
  return serialise(rest);
}
