import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { watchReader, widenPipe } from '@tcppipe/native/pipe';
import { ioError, isErrno, ReaderGone } from './errors.js';

/** Where lines go. One write at a time: the caller waits for a write before the next. */
export interface Sink {
  /** How many bytes one write should have at most; whole lines longer than that go alone. */
  readonly chunkBytes: number;
  /** @throws ReaderGone @throws IoError */
  write(lines: Buffer): Promise<void>;
  /** Calls back when nobody can read any more what would be written, also while there is nothing to write. */
  onReaderGone(gone: () => void): void;
}

/** A pipe takes this many bytes whole or not at all (PIPE_BUF in pipe(7)), so that two writers tear no line. */
const pipeChunkBytes = 4096;
/**
 * Room asked for in a pipe; what every user may have (fs.pipe-max-size, pipe(7)). The usual 64 KiB are 200 records, some
 * milliseconds of a storm: where all cores are busy, stages wait longer than that for each other, and a ring overflows.
 */
const widePipeBytes = 1024 * 1024;
/** A file opened for appending takes any write whole, so larger ones only save system calls. */
const fileChunkBytes = 64 * 1024;

export function stdoutSink(): Sink {
  // As bigint: Node 20 keeps the last plain result, and with a pipe there import() leaves symbolic links unresolved.
  const stat = fstatSync(1, { bigint: true });
  if (stat.isFIFO()) {
    widenPipe(1, widePipeBytes);
    return new StreamSink(process.stdout, 'stdout', gone => watchReader(1, gone));
  }
  if (stat.isSocket()) return new StreamSink(process.stdout, 'stdout', gone => watchReader(1, gone));
  if (process.stdout.isTTY) return new StreamSink(process.stdout, 'stdout', () => {});
  return new FileSink(1, 'stdout');
}

/** Appends to `path`, created with mode 0600; a symbolic link is refused. @throws IoError */
export function fileSink(path: string): Sink {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  try {
    const fd = openSync(path, flags, 0o600);
    const stat = fstatSync(fd, { bigint: true });
    // A FIFO can keep a writer waiting, and a process that waits in a write hears no signal.
    if (stat.isFIFO())
      return new StreamSink(new Socket({ fd, readable: false, writable: true }), path, gone =>
        watchReader(fd, gone),
      );
    if (stat.isFile() && endsWithinLine(path, stat.size)) writeSync(fd, '\n');
    return new FileSink(fd, path);
  } catch (error) {
    throw ioError(path, error);
  }
}

/** Whether a file that was cut off, by a full disk for one, would swallow the next line; false where it cannot be read. */
function endsWithinLine(path: string, size: bigint): boolean {
  if (size === 0n) return false;
  try {
    const fd = openSync(path, 'r');
    const last = Buffer.alloc(1);
    readSync(fd, last, 0, 1, size - 1n);
    closeSync(fd);
    return last[0] !== 0x0a;
  } catch {
    return false;
  }
}

class StreamSink implements Sink {
  readonly chunkBytes = pipeChunkBytes;

  constructor(
    private readonly stream: Writable,
    private readonly name: string,
    readonly onReaderGone: (gone: () => void) => void,
  ) {
    stream.on('error', () => {}); // the callback of the write has it as well
  }

  write(lines: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.stream.write(lines, error => (error ? reject(writeError(this.name, error)) : resolve()));
    });
  }
}

class FileSink implements Sink {
  readonly chunkBytes = fileChunkBytes;

  constructor(
    private readonly fd: number,
    private readonly name: string,
  ) {}

  /** A file has no reader that could go. */
  onReaderGone(): void {}

  /** At once: handing it to another thread takes longer than a file does. */
  async write(lines: Buffer): Promise<void> {
    try {
      for (let rest = lines; rest.length > 0; ) rest = rest.subarray(writeSync(this.fd, rest));
    } catch (error) {
      throw writeError(this.name, error);
    }
  }
}

function writeError(name: string, error: unknown): Error {
  const code = isErrno(error) ? error.code : undefined;
  return code === 'EPIPE' || code === 'ECONNRESET' ? new ReaderGone() : ioError(name, error);
}
