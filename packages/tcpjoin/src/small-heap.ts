import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 look for garbage when the heap has grown by a third, and not only from 8 MB more on. It would let it grow to four
 * times what lives in it: with a full table in which answers come and go that is 10 MB, and would be 60 MB in memory.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
  setFlagsFromString('--optimize-for-size');
}
