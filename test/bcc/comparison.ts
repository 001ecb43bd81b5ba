import { type Difference, differences } from './differences.js';
import type { Event } from './event.js';
import { type OptionSet, owes, squeezed, squeezedRow, withoutTimes } from './option-set.js';

/** Rows that one event should have, with one space between columns. */
interface Expected {
  ours: string | undefined;
  bcc: string | undefined;
  difference: Difference | undefined;
}

export interface Comparison {
  /** Rows that are the same bytes. */
  same: number;
  /** How many events each difference explains. */
  explained: ReadonlyMap<Difference, number>;
  /** What nothing explains, in lines. */
  problems: readonly string[];
}

/** What each version shall print of an event. */
export function expectedRows(set: OptionSet, event: Event): Expected {
  const difference = differences.find(({ applies }) => applies(set, event));
  const ours = rowOf(set, event);
  if (!difference) return { ours, bcc: ours, difference };
  const seen = difference.asSeen(event, set);
  const bccSet = difference.isUnfiltered ? { ...set, passes: () => true } : set;
  const bcc = seen && rowOf(bccSet, seen);
  return { ours, bcc, difference: ours === bcc ? undefined : difference };
}

function rowOf(set: OptionSet, event: Event): string | undefined {
  return owes(set, event) ? squeezedRow(set, event) : undefined;
}

/**
 * Holds the rows of both versions against what happened, and against each other.
 * @param events in their order
 */
export function comparison(
  set: OptionSet,
  events: readonly Event[],
  ours: readonly string[],
  bcc: readonly string[],
): Comparison {
  const explained = new Map<Difference, number>();
  const problems: string[] = [];
  let same = 0;
  let [our, their] = [0, 0];
  for (const event of events) {
    const expected = expectedRows(set, event);
    const { difference } = expected;
    const ourRow = expected.ours === undefined ? undefined : withoutTimes(set, ours[our++] ?? '');
    const bccRow = expected.bcc === undefined ? undefined : withoutTimes(set, bcc[their++] ?? '');
    const isAsReported =
      optionallySqueezed(ourRow) === expected.ours && optionallySqueezed(bccRow) === expected.bcc;
    if (isAsReported && difference) explained.set(difference, (explained.get(difference) ?? 0) + 1);
    else if (isAsReported && ourRow === bccRow) same += ourRow === undefined ? 0 : 1;
    else problems.push(problem(event, expected, ourRow, bccRow));
  }
  for (const row of ours.slice(our)) problems.push(`ours, more than happened: ${row}`);
  for (const row of bcc.slice(their)) problems.push(`bcc, more than happened: ${row}`);
  return { same, explained, problems };
}

function optionallySqueezed(row: string | undefined): string | undefined {
  return row === undefined ? undefined : squeezed(row);
}

function problem(
  event: Event,
  expected: Expected,
  ours: string | undefined,
  bcc: string | undefined,
): string {
  const { type, pid, dport } = event;
  const parts = { ours, 'ours expected': expected.ours, bcc, 'bcc expected': expected.bcc };
  const texts = Object.entries(parts).map(
    ([name, row]) => `  ${name}: ${row === undefined ? 'none' : `"${row}"`}`,
  );
  return [`${type} by ${pid}, port ${dport}`, ...texts].join('\n');
}
