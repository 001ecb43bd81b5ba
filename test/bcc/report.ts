import type { Comparison } from './comparison.js';
import { differences } from './differences.js';
import type { OptionSet } from './option-set.js';

/** Of each option set: once a row is missing, all later ones are wrong. */
const mostProblems = 5;

export interface Compared {
  set: OptionSet;
  comparison: Comparison;
}

/** An option set as it is typed. */
export function textOf({ tool, args }: OptionSet): string {
  return [tool, ...args].join(' ');
}

/** What was compared, per option set; what is different and why; and what nothing explains. */
export function report(compared: readonly Compared[]): string {
  const rows = compared.map(({ set, comparison: { same, explained, problems } }) => [
    textOf(set),
    same,
    sum(explained.values()),
    problems.length,
  ]);
  const reasons = differences.map(({ what, reason }, i) => {
    const count = sum(compared.map(({ comparison }) => comparison.explained.get(differences[i]!) ?? 0));
    return [what, count, reason];
  });
  const problems = compared.flatMap(({ set, comparison }) =>
    comparison.problems.slice(0, mostProblems).map(text => `${textOf(set)}: ${text}`),
  );
  return [
    table(['OPTION SET', 'SAME', 'EXPLAINED', 'WRONG'], rows),
    '',
    table(['WHERE BCC IS WRONG', 'ROWS', 'WHY'], reasons),
    ...(problems.length > 0 ? ['', ...problems] : []),
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map(line => String(line[column]).length)));
  return lines
    .map(line =>
      line
        .map((cell, i) =>
          typeof cell === 'number' ? String(cell).padStart(widths[i]!) : cell.padEnd(widths[i]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}
