import { AddonError } from '@tcppipe/native/addon-error';

/**
 * Errors that a command can explain to its user, and the one place that maps errors to exit codes
 * (sysexits.h where it has the word).
 */
export class CliError extends Error {
  override readonly name: string = 'CliError';
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

/** The command line is wrong: 2. */
export class UsageError extends CliError {
  override readonly name = 'UsageError';
  constructor(message: string) {
    super(2, message);
  }
}

/** This kernel or host cannot do it: 69, EX_UNAVAILABLE. */
export class UnavailableError extends CliError {
  override readonly name = 'UnavailableError';
  constructor(message: string) {
    super(69, message);
  }
}

/** Reading or writing failed: 74, EX_IOERR. */
export class IoError extends CliError {
  override readonly name: string = 'IoError';
  constructor(message: string) {
    super(74, message);
  }
}

/** There was no room for all of what was to be written: 74. */
export class NoRoomError extends IoError {
  override readonly name = 'NoRoomError';
  constructor(
    message: string,
    /** How much of it is in the file: whole lines. */
    readonly writtenBytes: number,
  ) {
    super(message);
  }
}

/** EX_NOPERM. */
export const notPermitted = 77;

export class NotPermittedError extends CliError {
  override readonly name = 'NotPermittedError';
  constructor(message: string) {
    super(notPermitted, message);
  }
}

/** The reader of our output has gone: success, and nothing to say. */
export class ReaderGone extends CliError {
  override readonly name = 'ReaderGone';
  constructor() {
    super(0, '');
  }
}

export function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';
}

const phrases: Record<string, string> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMFILE: 'too many open files',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on device',
  ENOTDIR: 'not a directory',
  ENXIO: 'is a socket, or no such device',
  EROFS: 'read-only file system',
  EDQUOT: 'disk quota exceeded',
  EFBIG: 'file too large',
  EIO: 'input/output error',
};

/** What an errno error of reading or writing `what` means to a user. */
export function ioError(what: string, error: unknown): IoError {
  if (!isErrno(error))
    return new IoError(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  return new IoError(`${what}: ${phrases[error.code!] ?? error.code}`);
}

/** The same for writing, where it may mean that nobody reads any more. */
export function writeError(what: string, error: unknown): CliError {
  const code = isErrno(error) ? error.code : undefined;
  return code === 'EPIPE' || code === 'ECONNRESET' ? new ReaderGone() : ioError(what, error);
}

/** One line for stderr, and the exit code. An error nobody foresaw keeps its message and loses its stack. */
export function explain(error: unknown): { exitCode: number; message: string } {
  if (error instanceof CliError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof AddonError) return { exitCode: 69, message: error.message };
  if (isErrno(error) && error.code === 'EMFILE')
    return { exitCode: 69, message: 'this process may open no more files: raise its limit (ulimit -n)' };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { exitCode: 1, message: `unexpected failure (${message.split('\n', 1)[0]}); please report it` };
}
