import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, commandLineOptions, main, StepError, say, succeeds } from './src/run.mjs';
import { selectedStages } from './src/stages.mjs';

/** The release lines that have long-term support, beside the one that people develop with. */
const LINES = [22, 24];

const STAGES = 'unit,pipeline,live';

const HELP = `npm run test:nodes                 the stages ${STAGES} with Node ${LINES.join(' and ')}
npm run test:nodes -- --only unit  some of them
`;

// `npm run test:nodes`: the tests with later releases of Node, which come from the npm registry and are gone afterwards.
await main('test:nodes', () => {
  const { values } = commandLineOptions({
    options: {
      only: { type: 'string', default: STAGES },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  selectedStages([values.only]);
  const results = LINES.map(line => `Node ${line} ${testedWith(line, values.only)}`);
  say(`test:nodes: ${results.join(', ')}`);
  return 0;
});

/**
 * @param {number} line
 * @param {string} stages
 * @returns {string} what became of it
 * @throws {StepError} if a test failed
 */
function testedWith(line, stages) {
  const directory = mkdtempSync(join(tmpdir(), 'tcppipe-node-'));
  try {
    // Some tests start Node as another user.
    chmodSync(directory, 0o755);
    // The packages that hold the releases, one for each architecture: `npm install node` is a script that fetches one of them.
    const name = `node-${process.platform}-${process.arch}`;
    const options = ['--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund'];
    const { status, stderr } = capture(['npm', 'install', ...options, `${name}@${line}`]);
    if (status !== 0) {
      say(`test:nodes: Node ${line} could not be had: ${stderr.trim().split('\n')[0]}`);
      return 'skipped (could not be had)';
    }
    const node = join(directory, 'node_modules', name, 'bin/node');
    say(`\ntest:nodes: ${capture([node, '--version']).stdout.trim()}`);
    if (!succeeds([node, 'packages/setup/test.mjs', '--only', stages]))
      throw new StepError(`Node ${line} failed`);
    return 'passed';
  } finally {
    rmSync(directory, { recursive: true });
  }
}
