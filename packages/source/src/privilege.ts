import { execFileSync } from 'node:child_process';
import { isErrno, UsageError } from '@tcppipe/cli';
import type { Binding } from '@tcppipe/native';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** uid and gid of the user nobody, on every distribution we know of. */
const nobody: Identity = { uid: 65534, gid: 65534 };

/**
 * Whom a source that was started as root becomes once it is attached: `user`, or who called sudo, or nobody.
 * @throws UsageError when there is no such user, or it is root
 */
export function identityAfterAttaching(user: string | undefined, environment: NodeJS.ProcessEnv): Identity {
  if (user !== undefined) return identityOf(user);
  const uid = Number(environment.SUDO_UID);
  const gid = Number(environment.SUDO_GID);
  return isOrdinaryId(uid) && isOrdinaryId(gid) ? { uid, gid } : nobody;
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

/**
 * Becomes `identity` if this process is root and may, and gives up every capability. The ring and the counters stay readable.
 */
export function dropPrivileges(identity: Identity, binding: Binding, say: (message: string) => void): void {
  if (process.getuid!() === 0) {
    try {
      process.setgroups!([]);
      process.setgid!(identity.gid);
      process.setuid!(identity.uid);
    } catch (error) {
      if (!isErrno(error) || error.code !== 'EPERM') throw error;
      say(
        'going on as root without capabilities: CAP_SETUID and CAP_SETGID are needed to become another user',
      );
    }
  }
  binding.dropCapabilities();
}
