import { mkdirSync, writeFileSync } from 'node:fs';
import type { Figure } from './question.js';
import type { Versions } from './versions.js';

export interface Answered {
  question: string;
  asks: string;
  figures: Figure[];
  /** What it says besides, in Markdown. */
  told?: string[];
  /** Why there are none. */
  skipped?: string;
  /** What went wrong, so that there are none. */
  failed?: string;
}

export interface Report {
  versions: Versions;
  command: string;
  /** Load averages over one minute, before and after: what else ran. */
  load: { before: number; after: number };
  answers: Answered[];
}

/** Shows answers to people: one row per figure. */
export type Table = (answers: readonly Answered[]) => string;

/** Writes DIRECTORY/DATE for programs (.json) and for people (.md). @returns the latter's path */
export function keep(report: Report, directory: string, table: Table): string {
  const path = `${directory}/${report.versions.date.slice(0, 16).replace(':', '')}`;
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(`${path}.md`, markdown(report, table));
  return `${path}.md`;
}

/** The report for people, as Markdown. */
function markdown({ versions, command, load, answers }: Report, table: Table): string {
  const facts = Object.entries(versions).map(([name, value]) => `- ${name}: ${value}`);
  return [
    `# ${command}`,
    '',
    ...facts,
    `- load before and after: ${load.before.toFixed(2)}, ${load.after.toFixed(2)}`,
    '',
    table(answers),
    '',
    ...answers.flatMap(({ told = [] }) => told.flatMap(markdown => [markdown, ''])),
  ].join('\n');
}

/** One row per figure. */
export function table(answers: readonly Answered[]): string {
  const header = ['question', 'what', 'median', '±', 'unit', 'beside', 'its', 'ratio'];
  const rows = answers.flatMap(({ question, figures, skipped }) =>
    skipped === undefined
      ? figures.map(figure => [question, ...cells(figure)])
      : [[question, `skipped: ${skipped}`, '', '', '', '', '', '']],
  );
  return aligned(header, rows);
}

/** A table in Markdown whose columns are aligned as text, too. */
export function aligned(header: readonly string[], rows: readonly string[][]): string {
  const widths = header.map((name, i) =>
    Math.max(...[name, ...rows.map(row => row[i]!)].map(cell => cell.length)),
  );
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = widths.map(width => '-'.repeat(width));
  return [header, rule, ...rows].map(line).join('\n');
}

function cells({ what, value, spread, unit, peer }: Figure): string[] {
  return [
    what,
    shown(value),
    spread === undefined ? '' : shown(spread),
    unit,
    peer?.name ?? '',
    peer ? shown(peer.value) : '',
    peer && peer.value !== 0 ? shown(value / peer.value) : '',
  ];
}

/** Three digits that count; whole numbers whole. */
export function shown(number: number): string {
  if (Number.isInteger(number) || Math.abs(number) >= 100) return Math.round(number).toLocaleString('en');
  return number.toPrecision(3);
}
