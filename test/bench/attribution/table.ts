import { groupedBy } from './grouped.js';
import { type Case, decidable, type Score, scoreOf, truthfulness } from './score.js';

/** One row per situation, and one for all that have a right answer; Markdown. */
export function attributionTable(cases: readonly Case[]): string {
  const bySituation = groupedBy(cases, ({ situation }) => situation);
  const rows = [...bySituation].map(([{ name, truth }, some]) => row(`${name}${marks[truth]}`, some));
  return [
    '| situation | connects | precision | recall | abstained | true evidence | bcc: precision | recall | abstained |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    row('**all that have one right answer**', decidable(cases)),
    '',
    '¹ no name was on the wire, so none is to be given, and the reason is to be true. ² several answers fit equally',
    'well: the evidence is to say so (`ambiguous`, or the scope), and the row does not count in the last one.',
    '',
    "bcc's rule: address only, the latest answer on the whole host, over UDP; computed on the same records, in event order.",
  ].join('\n');
}

const marks = { named: '', unnamed: ' ¹', open: ' ²' };

function row(name: string, cases: readonly Case[]): string {
  const ours = scoreOf(cases, ({ query }) => query);
  const bccs = scoreOf(cases, ({ bcc }) => bcc);
  const columns = [`${ours.cases}`, ...percentages(ours), percent(truthfulness(cases)), ...percentages(bccs)];
  return `| ${[name, ...columns].join(' | ')} |`;
}

function percentages({ precision, recall, abstention }: Score): string[] {
  return [precision, recall, abstention].map(percent);
}

/** Cut, not rounded, so that 100 % means all. */
export function percent(share: number | undefined): string {
  return share === undefined ? '–' : `${Math.floor(share * 10_000) / 100} %`;
}
