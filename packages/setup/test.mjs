import { prepare } from './src/prepare.mjs';
import { commandLineOptions, main, StepError, say } from './src/run.mjs';
import { STAGES, selectedStages } from './src/stages.mjs';
import { withWarnings } from './src/warnings.mjs';

const HELP = `npm test                        everything
npm test -- --only unit         one stage
npm test -- --only lint,types   several

${STAGES.map(({ name, purpose }) => `${name.padEnd(10)}${purpose}`).join('\n')}
`;

// `npm test`: prepares the machine, then runs stage after stage and stops at the first that fails.
await main('test', () => {
  const { values } = commandLineOptions({
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stages = selectedStages(values.only ?? []);
  prepare(['build', 'test']);
  const results = stages.map(stage => `${stage.name} ${runStage(stage)}`);
  say(`test: ${results.join(', ')}`);
  return 0;
});

/**
 * @param {import('./src/stages.mjs').Stage} stage
 * @returns {string} what became of it
 * @throws {StepError} if it failed
 */
function runStage({ name, purpose, passes, refusal }) {
  say(`\ntest: ${name}: ${purpose}`);
  const reason = refusal?.();
  if (reason !== undefined) {
    say(reason);
    return 'skipped (not possible on this machine)';
  }
  const { result, warnings } = withWarnings(passes);
  if (!result) throw new StepError(`${name} failed`);
  if (warnings !== '') throw new StepError(`${name} failed: Node warned:\n${warnings.trimEnd()}`);
  return 'passed';
}
