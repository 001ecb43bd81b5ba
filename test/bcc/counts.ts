import type { Comparison } from './comparison.js';
import type { Event } from './event.js';
import { type OptionSet, owes, squeezed } from './option-set.js';

/** The comparison of what tcpconnect -c prints at its end. Rows with the same count have no order. */
export function countsComparison(
  set: OptionSet,
  events: readonly Event[],
  ours: readonly string[],
  bcc: readonly string[],
): Comparison {
  const problems: string[] = [];
  const [sortedOurs, sortedBcc] = [ours, bcc].map(lines => withTiesSorted(lines));
  const counted = sortedOurs!.slice(headingLines).map(squeezed).sort();
  const happened = expectedCounts(events.filter(event => owes(set, event))).sort();
  if (sortedOurs!.join('\n') !== sortedBcc!.join('\n'))
    problems.push(['ours:', ...ours, 'bcc:', ...bcc].join('\n'));
  if (counted.join('\n') !== happened.join('\n'))
    problems.push(['ours:', ...counted, 'happened:', ...happened].join('\n'));
  return { same: problems.length === 0 ? counted.length : 0, explained: new Map(), problems };
}

/** An empty line and the header. */
const headingLines = 2;

function expectedCounts(events: readonly Event[]): string[] {
  const counts = new Map<string, number>();
  for (const { saddr, daddr, dport } of events) {
    const key = `${saddr} ${daddr} ${dport}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} ${count}`);
}

/** Neighbours with the same family and count are put into the order of their text. */
function withTiesSorted(lines: readonly string[]): string[] {
  const rank = (line: string) => `${line.includes(':')} ${squeezed(line).split(' ').at(-1)}`;
  const sorted = [...lines];
  for (let from = headingLines; from < sorted.length; ) {
    let to = from + 1;
    while (to < sorted.length && rank(sorted[to]!) === rank(sorted[from]!)) to++;
    sorted.splice(from, to - from, ...sorted.slice(from, to).sort());
    from = to;
  }
  return sorted;
}
