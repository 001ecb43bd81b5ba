import { existsSync } from 'node:fs';
import { INSTALL, missingPackages } from './requirements.mjs';
import { canUseRoot, capture, hasCommand, rootPrefix, StepError, say, step } from './run.mjs';

/** A fresh machine often upgrades itself in the background: wait this many seconds for it to let go of dpkg. */
const LOCK_TIMEOUT_S = 300;

/**
 * Installs what these uses need and the machine lacks. On Debian and its kin only: elsewhere the error names the command.
 * @param {import('./requirements.mjs').Use[]} uses
 * @throws {StepError} if something is missing and cannot be installed from here
 */
export function installSystemPackages(uses) {
  const manager = /** @type {import('./requirements.mjs').Manager | undefined} */ (
    Object.keys(INSTALL).find(hasCommand)
  );
  const missing = missingPackages(manager ?? 'apt-get', uses, isPresent);
  if (missing.length === 0) return;
  if (manager === undefined) {
    throw new StepError(`install what Debian calls ${missing.join(' ')}, then start again`);
  }
  if (manager === 'apt-get') return installWithApt(missing);
  const command = [...INSTALL[manager], ...missing];
  throw new StepError(`packages are missing; install them as root, then start again: ${command.join(' ')}`);
}

/** @param {import('./requirements.mjs').Requirement} requirement */
function isPresent({ file, commands = [] }) {
  return commands.every(hasCommand) && (file === undefined || existsSync(file));
}

/** @param {string[]} missing */
function installWithApt(missing) {
  const install = [...INSTALL['apt-get'], ...missing];
  const advice = `an administrator must run: apt-get update && ${install.join(' ')}`;
  const prefix = rootPrefix();
  if (prefix === undefined) throw new StepError(`neither root nor sudo here; ${advice}`);
  say(`setup: installing ${missing.join(' ')} (apt-get, needs root)`);
  if (!canUseRoot(prefix)) throw new StepError(`sudo refused; ${advice}`);
  const asRoot = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive'];
  const lock = ['-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`];
  const update = capture([...asRoot, 'apt-get', 'update', ...lock]);
  // One unreachable third-party source fails the update though the packages may be there: let the installation decide.
  if (update.status !== 0) process.stderr.write(`${update.stdout}${update.stderr}`);
  step('system packages', [...asRoot, ...install, ...lock]);
}
