import { loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { answered } from '../bench/answer.js';
import type { Question } from '../bench/question.js';
import { type Answered, keep } from '../bench/report.js';
import { versions } from '../bench/versions.js';
import { root } from '../lib/command.js';
import { isFact, isGood, verdicts } from './table.js';
import { trials } from './trials.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const all = values.seconds === undefined ? trials() : trials(Number(values.seconds));

const help = `npm run test:load                          everything, in about three hours
npm run test:load -- --only ledger,load    some
npm run test:load -- --short               seconds instead of minutes; only facts are judged, not time and room
npm run test:load -- --seconds 600         a soak that is shorter than two hours

${all.map(({ name, asks }) => `${name.padEnd(10)}${asks}`).join('\n')}
`;

if (values.help) process.stdout.write(help);
else process.exitCode = await tried(values.only?.split(',') ?? all.map(({ name }) => name));

/** Runs the trials of these names, prints and keeps the table. @returns exit code: 1 if a bound is broken, 2 if there is no such trial */
async function tried(names: readonly string[]): Promise<number> {
  const unknown = names.find(name => all.every(trial => trial.name !== name));
  if (unknown !== undefined) {
    process.stderr.write(`test:load: no trial is called "${unknown}"; --help lists them\n`);
    return 2;
  }
  const before = loadavg()[0]!;
  const answers: Answered[] = [];
  for (const trial of all.filter(({ name }) => names.includes(name))) {
    process.stderr.write(`test:load: ${trial.name}: ${trial.asks}\n`);
    answers.push(judged(await answerOf(trial)));
  }
  const told = answers.flatMap(({ told = [] }) => told);
  process.stdout.write(`${[verdicts(answers), ...told].join('\n\n')}\n`);
  if (!values.short) {
    const command = ['npm run test:load --', ...process.argv.slice(2)].join(' ');
    const report = { versions: versions(), command, load: { before, after: loadavg()[0]! }, answers };
    const file = keep(report, join(root, 'test/load/results'), verdicts);
    process.stderr.write(`test:load: kept as ${relative(root, file)}\n`);
  }
  return answers.every(isGood) ? 0 : 1;
}

/** One that cannot be finished is an answer, too: the others still count. */
async function answerOf(trial: Question): Promise<Answered> {
  try {
    return await answered(trial, { quick: values.short, large: false });
  } catch (error) {
    const { name: question, asks } = trial;
    return { question, asks, figures: [], failed: (error as Error).message };
  }
}

/** The short form is too short, and the machine it runs on too busy, for limits to mean anything. */
function judged(answer: Answered): Answered {
  if (!values.short) return answer;
  const figures = answer.figures.map(figure => {
    if (isFact(figure)) return figure;
    const { bound: _, ...rest } = figure;
    return rest;
  });
  return { ...answer, figures };
}
