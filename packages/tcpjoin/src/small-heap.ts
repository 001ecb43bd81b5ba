import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 look for garbage when the heap has grown by a third. It would let it grow to four times what lives in it: a full
 * table in which answers come and go is 25 MB alive, and would be 100 MB in memory.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=30');
}
