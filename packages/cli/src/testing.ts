import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Output } from './output.js';

/** For tests: an output, and all the lines that were written to it. */
export function writtenLines(): { out: Output; lines(): string[] } {
  let text = '';
  const sink = {
    chunkBytes: 4096,
    write(lines: Buffer) {
      text += lines;
      return undefined;
    },
    onReaderGone() {},
  };
  const out = new Output(sink, error => {
    throw error;
  });
  return {
    out,
    lines() {
      out.flush();
      return text.split('\n').slice(0, -1);
    },
  };
}

/** For tests: has V8 collect its garbage. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** For tests: bytes in the heap after that. */
export function liveBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
