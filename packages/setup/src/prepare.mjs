import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILDS, build } from './builds.mjs';
import { isFresh } from './files.mjs';
import { ROOT, StepError, step } from './run.mjs';
import { installSystemPackages } from './system-packages.mjs';

/** The oldest that it is built and run with. */
const MINIMUM_LIBBPF = '1.1';
/** Since libbpf 0.6. */
const LIBBPF_VERSION = '/usr/include/bpf/libbpf_version.h';

/**
 * Brings the checkout to where its commands run: system packages, npm packages, all builds. Skips what is up to date.
 * @param {import('./requirements.mjs').Use[]} uses
 * @throws {StepError} with what to do about it
 */
export function prepare(uses) {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const minimum = engines.node.replace('>=', '');
  if (process.platform !== 'linux') throw new StepError('tcppipe traces the Linux kernel: run it on Linux');
  if (!isAtLeast(process.versions.node, minimum)) {
    throw new StepError(`Node ${minimum} or later is needed, this is ${process.version}`);
  }
  installSystemPackages(uses);
  checkLibbpf();
  installNpmPackages();
  build(Object.keys(BUILDS));
}

/**
 * Whether one dotted version is the other or a later one.
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  return version.localeCompare(minimum, 'en', { numeric: true }) >= 0;
}

function checkLibbpf() {
  // What has no such header is 0.5 or earlier.
  const version = existsSync(LIBBPF_VERSION) ? libbpfVersion(readFileSync(LIBBPF_VERSION, 'utf8')) : '0.5';
  if (isAtLeast(version, MINIMUM_LIBBPF)) return;
  throw new StepError(
    `libbpf ${MINIMUM_LIBBPF} or later is needed, this has ${version}: a later release of the distribution has it`,
  );
}

/**
 * The version, as in `1.1`, that a libbpf_version.h says.
 * @param {string} header
 */
export function libbpfVersion(header) {
  const part = (/** @type {string} */ name) =>
    new RegExp(`^#define LIBBPF_${name}_VERSION (\\d+)$`, 'm').exec(header)?.[1] ?? '0';
  return `${part('MAJOR')}.${part('MINOR')}`;
}

/** Installs exactly what package-lock.json names, unless that was done since the file last changed. */
function installNpmPackages() {
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (isFresh([installed], [join(ROOT, 'package-lock.json')])) return;
  // No install scripts: npm would build the addon here by itself, and no dependency needs any.
  step('npm packages', ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund']);
}
