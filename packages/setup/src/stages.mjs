import { join, relative } from 'node:path';
import { filesUnder } from './files.mjs';
import { liveRefusal } from './live.mjs';
import { ROOT, rootPrefix, say, succeeds, UsageError } from './run.mjs';

/** A test that has not ended by then, in milliseconds, hangs. */
const TEST_TIMEOUT_MS = 600_000;

/** Seconds for one stage, which takes about two minutes, should node:test itself not come to its end. */
const STAGE_TIMEOUT = 1200;

/** biome colours its output even where it goes to a file. */
const COLORS = process.stdout.isTTY ? 'force' : 'off';

const LIVE = join(ROOT, 'test/dist/live');

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} purpose
 * @property {(nodeOptions: string) => boolean} passes runs it on this terminal; Node processes get these NODE_OPTIONS
 * @property {() => string | undefined} [refusal] why it cannot run on this machine
 */

/** @type {Stage[]} In the order in which they run. */
export const STAGES = [
  {
    name: 'lint',
    purpose: 'formatting and lint rules (biome)',
    passes: () =>
      succeeds(['node_modules/.bin/biome', 'ci', '--error-on-warnings', `--colors=${COLORS}`, '.']),
  },
  {
    name: 'types',
    purpose: 'TypeScript, and the types of these scripts (tsc)',
    passes: () =>
      succeeds(['node_modules/.bin/tsc', '--build']) &&
      succeeds(['node_modules/.bin/tsc', '-p', 'packages/setup']),
  },
  {
    name: 'unit',
    purpose: 'tests beside the sources',
    passes: nodeOptions => testsPass(unitTests(), nodeOptions),
  },
  {
    name: 'pipeline',
    purpose: 'the commands as processes, on recorded data',
    passes: nodeOptions =>
      testsPass(
        compiledTests(join(ROOT, 'test/dist')).filter(path => !path.startsWith(LIVE)),
        nodeOptions,
      ),
  },
  {
    name: 'live',
    purpose: 'the commands on this kernel, as root, one test file at a time',
    passes: nodeOptions =>
      testsPass(compiledTests(LIVE), nodeOptions, rootPrefix(), ['--test-concurrency=1']),
    refusal: liveRefusal,
  },
];

/**
 * The stages to run: those named, separated by commas, in their own order; all without a name.
 * @param {string[]} names
 * @throws {UsageError} if there is no stage of that name
 */
export function selectedStages(names) {
  const wanted = names.flatMap(name => name.split(','));
  const unknown = wanted.find(name => STAGES.every(stage => stage.name !== name));
  if (unknown !== undefined) {
    throw new UsageError(
      `no stage is called "${unknown}"; there are ${STAGES.map(({ name }) => name).join(', ')}`,
    );
  }
  return wanted.length === 0 ? STAGES : STAGES.filter(({ name }) => wanted.includes(name));
}

function unitTests() {
  return [
    ...filesUnder(join(ROOT, 'packages/setup'), /\.test\.mjs$/),
    ...compiledTests(join(ROOT, 'packages')),
    ...compiledTests(join(ROOT, 'native')),
  ];
}

/** @param {string} directory */
function compiledTests(directory) {
  return filesUnder(directory, /\.test\.js$/);
}

/**
 * @param {string[]} files
 * @param {string} nodeOptions
 * @param {string[]} [prefix]
 * @param {string[]} [options]
 */
function testsPass(files, nodeOptions, prefix = [], options = []) {
  // Without a file to run, `node --test` would look for tests of its own.
  if (files.length === 0) {
    say('no test files found');
    return false;
  }
  // `env` because sudo passes no environment on.
  const node = [...prefix, 'env', `NODE_OPTIONS=${nodeOptions}`, process.execPath];
  const limit = ['timeout', '--verbose', '--foreground', '--kill-after=20', String(STAGE_TIMEOUT)];
  return succeeds([
    ...limit,
    ...node,
    '--test',
    '--test-reporter=spec',
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    ...options,
    ...files.map(path => relative(ROOT, path)),
  ]);
}
