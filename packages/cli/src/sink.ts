import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { watchReader, widenPipe } from '@tcppipe/native/pipe';
import { ioError, isErrno, ReaderGone } from './errors.js';

/** Where lines go, one write at a time: while one is not done there is no other. */
export interface Sink {
  /** How many bytes one write should have at most; whole lines longer than that go alone. */
  readonly chunkBytes: number;
  /**
   * Writes at once where there is room, and then returns nothing; otherwise the promise ends when it is done.
   * @throws ReaderGone @throws IoError, from the call or the promise
   */
  write(lines: Buffer): Promise<void> | undefined;
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
  if (stat.isFIFO()) widenPipe(1, widePipeBytes);
  if (stat.isFIFO() || stat.isSocket()) return new PipeSink(1, process.stdout, 'stdout');
  if (process.stdout.isTTY) return new StreamSink(process.stdout, 'stdout');
  return new FileSink(1, 'stdout');
}

/** Appends to `path`, created with mode 0600; a symbolic link is refused. @throws IoError */
export function fileSink(path: string): Sink {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  try {
    const fd = openSync(path, flags, 0o600);
    const stat = fstatSync(fd, { bigint: true });
    // A FIFO can keep a writer waiting, and a process that waits in a write hears no signal.
    if (stat.isFIFO()) return new PipeSink(fd, new Socket({ fd, readable: false, writable: true }), path);
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
    protected readonly name: string,
  ) {
    stream.on('error', () => {}); // the callback of the write has it as well
  }

  /** A terminal that goes ends its processes by a signal. */
  onReaderGone(_gone: () => void): void {}

  write(lines: Buffer): Promise<void> | undefined {
    return new Promise((resolve, reject) => {
      this.stream.write(lines, error => (error ? reject(writeError(this.name, error)) : resolve()));
    });
  }
}

/**
 * A pipe or socket that does not block, as its stream has seen to. The stream only waits for room, so that a slow reader
 * keeps no signal waiting; going through it for every write would take three times as long.
 */
class PipeSink extends StreamSink {
  constructor(
    private readonly fd: number,
    stream: Writable,
    name: string,
  ) {
    super(stream, name);
  }

  override onReaderGone(gone: () => void): void {
    watchReader(this.fd, gone);
  }

  override write(lines: Buffer): Promise<void> | undefined {
    const written = this.writeNow(lines);
    return written < lines.length ? super.write(lines.subarray(written)) : undefined;
  }

  /** How many bytes there was room for. */
  private writeNow(lines: Buffer): number {
    try {
      return writeSync(this.fd, lines);
    } catch (error) {
      if (isErrno(error) && error.code === 'EAGAIN') return 0;
      throw writeError(this.name, error);
    }
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
  write(lines: Buffer): undefined {
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
