import { maxLineBytes } from '@tcppipe/cli';
import { type AnyRecord, escapeDangerous, isPlain, serialise } from '@tcppipe/events';
import type { Verdict } from './evidence.js';

/**
 * The line of a record with `query` and `dns` at its end. The text, of which nothing needs to be escaped, is kept as it
 * came, which is faster than to serialise anew and keeps fields of later versions; only one that had been joined
 * before, for which `record` is needed, is rewritten.
 * A line above 16 KiB goes without `chain` and `candidates`.
 */
export function joinedLine(text: string, record: AnyRecord | undefined, verdict: Verdict): string {
  const head = headOf(record ? textWithoutVerdict(record) : text);
  const line = head + tailOf(verdict);
  if (line.length * 3 <= maxLineBytes || Buffer.byteLength(line) <= maxLineBytes) return line;
  const { chain: _chain, candidates: _candidates, ...dns } = verdict.dns;
  return head + tailOf({ query: verdict.query, dns });
}

/** The object up to its closing brace. */
function headOf(text: string): string {
  return text.endsWith('}') ? text.slice(0, -1) : text.slice(0, text.lastIndexOf('}'));
}

/** What `serialise` would write, but for the speed. */
function tailOf({ query, dns }: Verdict): string {
  let members = '';
  for (const name in dns) {
    if (members !== '') members += ',';
    members += `"${name}":${jsonOf(dns[name as keyof typeof dns])}`;
  }
  return `,"query":${jsonOf(query)},"dns":{${members}}}`;
}

function jsonOf(value: unknown): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string' && isPlain(value) && !value.includes('"') && !value.includes('\\'))
    return `"${value}"`;
  return escapeDangerous(JSON.stringify(value));
}

const fractions = Array.from({ length: 1000 }, (_, n) =>
  `.${String(n).padStart(3, '0')}`.replace(/\.?0+$/, ''),
);

/** As `String` writes it, which takes its time over fractions: ages are thousandths, exact up to fifteen digits. */
function numberText(value: number): string {
  const thousandths = Math.round(value * 1e3);
  if (!(thousandths >= 0 && thousandths < 1e15) || thousandths / 1e3 !== value) return String(value);
  const whole = Math.floor(thousandths / 1e3);
  return String(whole) + fractions[thousandths - whole * 1e3];
}

function textWithoutVerdict(record: AnyRecord): string {
  const { query: _query, dns: _dns, ...rest } = record;
  return serialise(rest);
}
