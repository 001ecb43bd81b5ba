import { existsSync, readFileSync, realpathSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesUnder, isFresh } from './files.mjs';
import { ROOT, step, UsageError } from './run.mjs';

const NATIVE = join(ROOT, 'native');
const CONFIG = join(ROOT, 'packages/setup/rollup.config.mjs');

/** The builds by name, in the order in which they run. make and tsc find out themselves what is out of date. */
export const BUILDS = {
  bpf: () => step('BPF objects', ['make', '--silent', '-C', 'bpf']),
  native: buildAddon,
  ts() {
    step('TypeScript', ['node_modules/.bin/tsc', '--build']);
    bundleCommands();
  },
};

/**
 * Runs the named builds.
 * @param {string[]} names
 * @throws {UsageError} if there is no build of that name
 * @throws {import('./run.mjs').StepError} if a build fails
 */
export function build(names) {
  for (const name of names) {
    const run = new Map(Object.entries(BUILDS)).get(name);
    if (run === undefined) {
      throw new UsageError(`no build is called "${name}"; there are ${Object.keys(BUILDS).join(', ')}`);
    }
    run();
  }
}

/** Compiles the addon, unless it is newer than its sources: npm and node-gyp take seconds to find that out. */
function buildAddon() {
  const sources = [
    ...filesUnder(join(NATIVE, 'src'), /\.(cc|cpp|h|hpp)$/),
    join(NATIVE, 'binding.gyp'),
    join(ROOT, 'package-lock.json'),
  ];
  if (isFresh(addons(), sources)) return;
  step('addon', ['npm', 'run', 'build', '--workspace', 'native'], nodeGypEnvironment());
  // Where nothing had to be compiled again the old file stays: mark it as checked against these sources.
  const now = new Date();
  for (const path of addons()) utimesSync(path, now, now);
}

/** Makes the files that users run, unless they are newer than what they are made of. */
function bundleCommands() {
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const bundles = Object.values(bin).map(path => join(ROOT, path));
  const modules = [NATIVE, join(ROOT, 'packages')]
    .flatMap(folder => filesUnder(folder, /(?<!\.test)\.js$/))
    .filter(path => path.includes('/dist/') && !path.includes('/dist/bin'));
  if (isFresh(bundles, [...modules, CONFIG, join(ROOT, 'package-lock.json')])) return;
  step('commands', ['node_modules/.bin/rollup', '--silent', '--config', CONFIG]);
}

function addons() {
  return filesUnder(join(NATIVE, 'build/Release'), /\.node$/).filter(path => !path.includes('obj.target'));
}

/**
 * Points node-gyp to Node's own headers where they are installed, so that it need not download them.
 * @returns {Record<string, string>}
 */
function nodeGypEnvironment() {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const hasHeaders = existsSync(join(prefix, 'include/node/node_api.h'));
  return hasHeaders && process.env.npm_config_nodedir === undefined ? { npm_config_nodedir: prefix } : {};
}
