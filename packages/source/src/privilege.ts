import { become, type Identity } from '@tcppipe/cli';
import type { Binding } from '@tcppipe/native';

/**
 * Becomes `identity` if this process is root and may, and gives up every capability. The ring and the counters stay readable.
 */
export function dropPrivileges(identity: Identity, binding: Binding, say: (message: string) => void): void {
  if (!become(identity))
    say('going on as root without capabilities: CAP_SETUID and CAP_SETGID are needed to become another user');
  binding.dropCapabilities();
}
