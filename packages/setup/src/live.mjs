import { program } from './pipeline.mjs';
import { canUseRoot, capture, ROOT, rootPrefix, StepError } from './run.mjs';

/** Exit codes of a source that cannot work here: the kernel cannot do it, or it is not permitted. */
const IMPOSSIBLE = [69, 77];

/**
 * Why this machine cannot be traced live, in one line, or undefined if it can: lets both sources attach and end at once.
 * Asks for sudo's password where it is needed, once for all that follows.
 * @throws {StepError} if a source fails for another reason
 */
export function liveRefusal() {
  const prefix = rootPrefix();
  if (prefix === undefined) {
    return `live tracing needs root, and there is no sudo here: as an administrator run "npm start" in ${ROOT}`;
  }
  if (!canUseRoot(prefix)) {
    return 'live tracing needs root, and sudo refused: ask an administrator to allow it';
  }
  return sourceRefusal(prefix, 'tcpsource') ?? sourceRefusal(prefix, 'dnssource');
}

/**
 * @param {string[]} prefix
 * @param {string} source
 */
function sourceRefusal(prefix, source) {
  const result = capture([...prefix, process.execPath, program(source), '--ready', '--duration', '0']);
  if (result.status === 0) return undefined;
  const message = result.stderr.trim();
  if (IMPOSSIBLE.includes(result.status ?? 0)) return message;
  throw new StepError(message || `${source} ended with ${result.signal ?? `exit code ${result.status}`}`);
}
