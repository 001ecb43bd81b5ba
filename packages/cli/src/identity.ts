import { execFileSync } from 'node:child_process';
import type { Binding } from '@tcppipe/native';
import { isErrno, UsageError } from './errors.js';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** uid and gid of the user nobody, on every distribution we know of. */
const nobody: Identity = { uid: 65534, gid: 65534 };

/**
 * Whom a command that was started as root becomes once it is attached: `user`, or who called sudo, or nobody.
 * @throws UsageError when there is no such user, or it is root
 */
export function identityAfterAttaching(user: string | undefined, environment: NodeJS.ProcessEnv): Identity {
  if (user !== undefined) return identityOf(user);
  const uid = Number(environment.SUDO_UID);
  const gid = Number(environment.SUDO_GID);
  return isOrdinaryId(uid) && isOrdinaryId(gid) ? { uid, gid } : nobody;
}

/**
 * Becomes `identity` if this process is root and may, and gives up every capability. What is open stays so: a ring and counters
 * can still be read.
 */
export function dropPrivileges(
  identity: Identity,
  binding: Pick<Binding, 'dropCapabilities'>,
  say: (message: string) => void,
): void {
  if (!become(identity))
    say('going on as root without capabilities: CAP_SETUID and CAP_SETGID are needed to become another user');
  binding.dropCapabilities();
}

/** Becomes `identity` if this process is root, in all its threads; false where it is and may not. */
function become({ uid, gid }: Identity): boolean {
  if (process.getuid!() !== 0) return true;
  try {
    process.setgroups!([]);
    process.setgid!(gid);
    process.setuid!(uid);
    return true;
  } catch (error) {
    if (!isErrno(error) || error.code !== 'EPERM') throw error;
    return false;
  }
}

/** Not root, and not the id that stands for none (setresuid(2)). */
function isOrdinaryId(id: number): boolean {
  return Number.isInteger(id) && id > 0 && id < 0xffff_ffff;
}

function identityOf(user: string): Identity {
  const [uid, gid] = ['-u', '-g'].map(option => {
    try {
      return Number(
        execFileSync('id', [option, '--', user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      );
    } catch {
      throw new UsageError(`--user: there is no user '${user}'`);
    }
  });
  if (uid === 0) throw new UsageError('--user wants a user other than root');
  return { uid: uid!, gid: gid! };
}
