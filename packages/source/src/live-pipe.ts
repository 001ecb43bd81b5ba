import type { Binding } from '@tcppipe/native';

const stdout = 1;
/** What every user may have (fs.pipe-max-size, pipe(7)). */
const livePipeBytes = 1024 * 1024;

/**
 * Makes room in the pipe that a live command writes to, if it is one. The usual 64 KiB are 200 records, some
 * milliseconds of a storm: where all cores are busy, stages wait longer than that for each other, and the ring overflows.
 */
export function widenLivePipe(binding: Binding): void {
  binding.widenPipe(stdout, livePipeBytes);
}
