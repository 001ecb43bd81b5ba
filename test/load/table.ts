import type { Figure } from '../bench/question.js';
import { type Answered, aligned, shown } from '../bench/report.js';

/** Whether a figure is what it must be; undefined where nothing is asked of it. */
export function holds({ value, bound }: Figure): boolean | undefined {
  if (bound === undefined) return undefined;
  return 'exactly' in bound ? value === bound.exactly : value <= bound.atMost;
}

/** Whether a trial had an answer, and all of its figures are what they must be. */
export function isGood({ figures, failed }: Answered): boolean {
  return failed === undefined && figures.every(figure => holds(figure) !== false);
}

/** Whether it is a fact on any machine, and not a limit on what takes time or room. */
export function isFact({ bound }: Figure): boolean {
  return bound !== undefined && 'exactly' in bound;
}

/** One row per figure: what was tried, what came of it, what must have come of it, and whether it has. */
export function verdicts(answers: readonly Answered[]): string {
  const header = ['trial', 'what was tried', 'figure', 'bound', 'verdict'];
  const rows = answers.flatMap(({ question, asks, figures, skipped, failed }) => {
    if (skipped !== undefined) return [[question, asks, '', '', `skipped: ${skipped}`]];
    if (failed !== undefined) return [[question, asks, '', '', `BROKEN: ${failed}`]];
    return figures.map(figure => [question, figure.what, quantity(figure), limit(figure), verdict(figure)]);
  });
  return aligned(header, rows);
}

function quantity({ value, unit, spread, peer }: Figure): string {
  const error = spread === undefined ? '' : ` ± ${shown(spread)}`;
  const beside = peer === undefined ? '' : ` (${peer.name}: ${shown(peer.value)})`;
  return `${shown(value)}${error} ${unit}`.trimEnd() + beside;
}

function limit({ bound, unit }: Figure): string {
  if (bound === undefined) return '';
  return 'exactly' in bound
    ? `${shown(bound.exactly)} ${unit}`.trimEnd()
    : `at most ${shown(bound.atMost)} ${unit}`.trimEnd();
}

function verdict(figure: Figure): string {
  const holding = holds(figure);
  return holding === undefined ? '' : holding ? 'holds' : 'BROKEN';
}
