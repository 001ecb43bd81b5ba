import { fstatSync, ftruncateSync, writeSync } from 'node:fs';
import { isErrno, NoRoomError, writeError } from './errors.js';
import { fdInfo } from './fd-info.js';
import { newline } from './lines.js';
import type { Sink } from './sink.js';

/** A full disk, a quota, and the size that a file or a process's files may have (write(2)). */
const noRoom = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Writes to a file, always at once: handing it to another thread takes longer than a file does. */
export class FileSink implements Sink {
  /** A file opened for appending takes any write whole, so larger ones only save system calls. */
  readonly chunkBytes = 64 * 1024;

  /** `endsWithinLine`: whether the file does, so that the next line has to begin with a newline. */
  constructor(
    private readonly fd: number,
    private readonly name: string,
    private endsWithinLine = false,
  ) {}

  /** A file has no reader that could go. */
  onReaderGone(_gone: () => void): void {}

  /** @throws NoRoomError, and then leaves no part of a line but where another writer has appended to it @throws IoError */
  write(lines: Buffer): undefined {
    const lead = this.endsWithinLine ? 1 : 0;
    const bytes = lead > 0 ? Buffer.concat([Buffer.of(newline), lines]) : lines;
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.fd, bytes, written);
      this.endsWithinLine = false;
    } catch (error) {
      const failure = writeError(this.name, error);
      if (!isErrno(error) || !noRoom.includes(error.code!)) throw failure;
      const wholeLines = written === 0 ? 0 : bytes.lastIndexOf(newline, written - 1) + 1;
      if (written > 0) this.endsWithinLine = written > wholeLines && !takeBack(this.fd, written - wholeLines);
      throw new NoRoomError(failure.message, Math.max(0, wholeLines - lead));
    }
  }
}

/**
 * Shortens a regular file by the last bytes written to it, unless another process has written more since. False where they stay
 * at its end, as in one that may only be appended to (chattr +a).
 */
function takeBack(fd: number, bytes: number): boolean {
  try {
    const stat = fstatSync(fd);
    if (stat.isFile() && stat.size === fdInfo(fd).position) ftruncateSync(fd, stat.size - bytes);
    return true;
  } catch (error) {
    if (!isErrno(error)) throw error;
    return false;
  }
}
