import { type CliError, NotPermittedError, UnavailableError, UsageError } from '@tcppipe/cli';
import { BpfError } from '@tcppipe/native';

/** What a refusal by the kernel means to the user of a source; other errors come back as they are. */
export function explainBpf(error: unknown): unknown {
  return error instanceof BpfError ? cliError(error) : error;
}

function cliError(error: BpfError): CliError {
  const hint = error.hint ? ` (${error.hint})` : '';
  if (error.step === 'map' && !isForbidden(error)) return new UsageError(error.message);
  if (error.step === 'attach') return new UnavailableError(`${error.message}${hint}`);
  if (isForbidden(error)) return new NotPermittedError(`${error.message}${hint}`);
  const detail = lastLine(error.log);
  return new UnavailableError(`${error.message}${hint}${detail ? `; the kernel says: ${detail}` : ''}`);
}

/** The verifier refuses with EACCES too, and then has a log: that is the kernel's inability, not the user's. */
function isForbidden({ code, log }: BpfError): boolean {
  return code === 'EPERM' || (code === 'EACCES' && !log.includes('PROG LOAD LOG'));
}

/** The last line of a log that says something: the verifier and libbpf end theirs with statistics and repetition. */
function lastLine(log: string): string | undefined {
  const noise = /^(processed |-- |libbpf: failed to load object|libbpf: prog .* failed to load)/;
  return log.split('\n').findLast(line => line.trim() !== '' && !noise.test(line));
}
