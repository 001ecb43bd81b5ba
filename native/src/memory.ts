import { optionalAddon } from './addon.js';

interface MemoryAddon {
  mapLargeBlocks(): void;
  unmapNodeFile(): void;
}

/**
 * Has glibc map each block of 128 KiB or more by itself, so that its memory goes back to the kernel as soon as it is freed.
 * glibc begins so, but takes the first such block that is freed for a sign that more will come, and puts them on the heap from
 * then on (mallopt(3), M_MMAP_THRESHOLD): there one small block above them keeps what a burst took for as long as the process
 * runs. Does nothing where the addon is not built: nothing needs it.
 */
export function mapLargeBlocks(): void {
  optionalAddon<MemoryAddon>('memory')?.mapLargeBlocks();
}

/**
 * Has this process keep only those pages of Node's own file that it still uses: 15 of the 40 MB that it has of them are its
 * start's. What it does touch again comes back from the cache of files, 64 KB at a time, in 1 or 2 ms altogether. A breakpoint
 * that somebody has set in Node itself, as bpftrace's uprobes do, goes with its page. Does nothing where the addon is not built.
 */
export function unmapNodeFile(): void {
  optionalAddon<MemoryAddon>('memory')?.unmapNodeFile();
}
