import { maxLineBytes } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous, serialise } from '@tcppipe/events';
import type { Verdict } from './evidence.js';

/**
 * The line of a record with `query` and `dns` at its end. The text is kept as it came, which is faster than to
 * serialise anew and keeps fields of later versions; only a record that had been joined before is rewritten.
 * A line above 16 KiB goes without `chain` and `candidates`.
 */
export function joinedLine(text: string, record: AnyRecord, verdict: Verdict): string {
  const head = textWithoutVerdict(text, record);
  const line = splice(head, verdict);
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes) return line;
  const { chain: _chain, candidates: _candidates, ...dns } = verdict.dns;
  return splice(head, { query: verdict.query, dns });
}

function splice(head: string, verdict: Verdict): string {
  const end = head.lastIndexOf('}');
  return escapeDangerous(`${head.slice(0, end)},${JSON.stringify(verdict).slice(1)}`);
}

function textWithoutVerdict(text: string, record: AnyRecord): string {
  if (record.query === undefined && record.dns === undefined) return text;
  const { query: _query, dns: _dns, ...rest } = record;
  return serialise(rest);
}
