import { release } from 'node:os';
import { type CliError, NotPermittedError, UnavailableError, UsageError } from '@tcppipe/cli';
import { BpfError } from '@tcppipe/native';
import { isKernelSince, oldestKernel } from './host.js';

/** What a refusal by the kernel means to the user of a source; other errors come back as they are. */
export function explainBpf(error: unknown, kernel = release()): unknown {
  return error instanceof BpfError ? cliError(error, kernel) : error;
}

function tooOld(kernel: string): string | undefined {
  if (isKernelSince(oldestKernel, kernel)) return undefined;
  return `kernel ${kernel} is too old: ${oldestKernel.join('.')} or later is needed, for programs of a cgroup that ask for the running task`;
}

function cliError(error: BpfError, kernel: string): CliError {
  const hint = error.hint ? ` (${error.hint})` : '';
  if (error.step === 'map' && !isForbidden(error)) return new UsageError(error.message);
  if (error.step === 'attach') return new UnavailableError(`${error.message}${hint}`);
  if (isForbidden(error)) return new NotPermittedError(`${error.message}${hint}`);
  const detail = lastLine(error.log);
  const says = detail ? `; the kernel says: ${detail}` : '';
  const reason = isBeyond(error) ? tooOld(kernel) : undefined;
  return new UnavailableError(`${reason ?? `${error.message}${hint}`}${says}`);
}

/** Whether the kernel may not know what it was told to load. */
function isBeyond({ code, step }: BpfError): boolean {
  return step === 'load' && ['EINVAL', 'EACCES', 'ENOENT', 'ESRCH'].includes(code);
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
