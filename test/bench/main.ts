import { loadavg } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../lib/command.js';
import { answered } from './answer.js';
import { installedPeers } from './peers.js';
import { keep, table } from './report.js';
import { questions, usualQuestions } from './run.js';
import { versions } from './versions.js';

const help = `npm run bench                                 every question but those in a guest
npm run bench -- --only connect-cost,filters  some
npm run bench -- --quick                      one short iteration: shows that it works, not how fast
npm run bench -- --large                      filters and flood with ten million records

${questions.map(({ name, asks }) => `${name.padEnd(14)}${asks}`).join('\n')}
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) process.stdout.write(help);
else await bench(values.only?.split(',') ?? usualQuestions.map(({ name }) => name));

async function bench(names: readonly string[]): Promise<void> {
  const unknown = names.find(name => !questions.some(question => question.name === name));
  if (unknown !== undefined) {
    process.stderr.write(`bench: no question is called "${unknown}"; --help lists them\n`);
    process.exitCode = 2;
    return;
  }
  const before = loadavg()[0]!;
  const answers = [];
  for (const question of questions.filter(({ name }) => names.includes(name))) {
    process.stderr.write(`bench: ${question.name}: ${question.asks}\n`);
    answers.push(await answered(question, values));
  }
  const told = answers.flatMap(({ told = [] }) => told);
  process.stdout.write(`${[table(answers), ...told].join('\n\n')}\n`);
  if (!values.quick) {
    const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
    const report = {
      versions: { ...versions(), ...Object.fromEntries(installedPeers()) },
      command,
      load: { before, after: loadavg()[0]! },
      answers,
    };
    const file = keep(report, join(root, 'test/bench/results'), table);
    process.stderr.write(`bench: kept as ${relative(root, file)}\n`);
  }
}
