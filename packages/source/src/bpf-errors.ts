import { type CliError, NotPermittedError, UnavailableError, UsageError } from '@tcppipe/cli';
import { BpfError } from '@tcppipe/native';

/** What a refusal by the kernel means to the user of a source; other errors come back as they are. */
export function explainBpf(error: unknown): unknown {
  return error instanceof BpfError ? cliError(error) : error;
}

function cliError(error: BpfError): CliError {
  const hint = error.hint ? ` (${error.hint})` : '';
  if (error.step === 'map' && error.code !== 'EPERM') return new UsageError(error.message);
  if (error.step === 'attach') return new UnavailableError(`${error.message}${hint}`);
  if (error.code === 'EPERM' || error.code === 'EACCES')
    return new NotPermittedError(`${error.message}${hint}`);
  const detail = lastLine(error.log);
  return new UnavailableError(`${error.message}${hint}${detail ? `; the kernel says: ${detail}` : ''}`);
}

function lastLine(log: string): string | undefined {
  return log.trim().split('\n').at(-1);
}
