import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { IoError, ioError, isErrno } from './errors.js';
import { fdStat } from './fd-info.js';
import { FileSink } from './file-sink.js';
import { newline } from './lines.js';
import { PipeSink, type Sink } from './sink.js';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/** The file of --output: appended to, made with mode 0600, and not through a symbolic link. A FIFO will do as well. */
export class OutputFile implements Sink {
  private sink: Sink | undefined;
  /** The regular file that is open. */
  private fd: number | undefined;
  private onGone: () => void = () => {};

  constructor(readonly path: string) {}

  /** What it was opened for. */
  get chunkBytes(): number {
    return this.sink!.chunkBytes;
  }

  onReaderGone(gone: () => void): void {
    this.onGone = gone;
  }

  /** Before the first write. @throws IoError, also for a FIFO that has no reader yet */
  open(): void {
    try {
      const fd = opened(this.path, 0);
      const stat = fdStat(fd);
      if (stat.isFile()) this.use(fd);
      else if (stat.isFIFO())
        this.sink = new PipeSink(fd, new Socket({ fd, readable: false, writable: true }), this.path);
      else this.sink = new FileSink(fd, this.path);
      this.sink!.onReaderGone(this.onGone);
    } catch (error) {
      throw openError(this.path, error);
    }
  }

  /**
   * Goes on in the file that has the name now, as the open one may have been moved away. What is no regular file stays open.
   * @throws IoError, and goes on in the old one
   */
  reopen(): void {
    const old = this.fd;
    if (old === undefined) return;
    try {
      // Not to be kept waiting should there be a FIFO now.
      this.use(opened(this.path, O_NONBLOCK));
      closeSync(old);
    } catch (error) {
      throw error instanceof IoError ? error : openError(this.path, error);
    }
  }

  write(lines: Buffer): Promise<void> | undefined {
    return this.sink!.write(lines);
  }

  private use(fd: number): void {
    try {
      const stat = fdStat(fd);
      if (!stat.isFile()) throw new IoError(`${this.path}: is no regular file any more`);
      this.sink = new FileSink(fd, this.path, endsWithinLine(fd, stat.size));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.fd = fd;
  }
}

function openError(path: string, error: unknown): IoError {
  const code = isErrno(error) ? error.code : undefined;
  if (code === 'ELOOP') return new IoError(`${path}: is a symbolic link, which is not followed`);
  if (code === 'ENXIO')
    return new IoError(
      `${path}: ${isFifo(path) ? 'is a FIFO that has no reader' : 'is a socket, or no such device'}`,
    );
  return ioError(path, error);
}

/** For reading, too, where that makes sense and is permitted. */
function opened(path: string, flags: number): number {
  // Waiting for a reader, or in a write, a process would hear no signal.
  if (isFifo(path)) return appending(path, O_WRONLY | O_NONBLOCK);
  try {
    return appending(path, O_RDWR | flags);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return appending(path, O_WRONLY | flags);
  }
}

function isFifo(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function appending(path: string, flags: number): number {
  return openSync(path, O_APPEND | O_CREAT | O_NOFOLLOW | flags, 0o600);
}

/** Whether a file that was cut off, by a crash for one, would swallow the next line; false where it cannot be read. */
function endsWithinLine(fd: number, size: bigint): boolean {
  if (size === 0n) return false;
  try {
    const last = Buffer.alloc(1);
    readSync(fd, last, 0, 1, size - 1n);
    return last[0] !== newline;
  } catch {
    return false;
  }
}
