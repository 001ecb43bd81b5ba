import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { watchReader, widenPipe } from '@tcppipe/native/pipe';
import { isErrno, writeError } from './errors.js';
import { fdStat } from './fd-info.js';
import { FileSink } from './file-sink.js';

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

export function stdoutSink(): Sink {
  const stat = fdStat(1);
  if (stat.isFIFO()) widenPipe(1, widePipeBytes);
  if (stat.isFIFO() || stat.isSocket()) return new PipeSink(process.stdout.fd, process.stdout, 'stdout');
  if (process.stdout.isTTY) return new StreamSink(process.stdout, 'stdout');
  return new FileSink(1, 'stdout');
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
export class PipeSink extends StreamSink {
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
