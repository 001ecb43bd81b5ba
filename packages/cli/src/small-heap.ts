import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8's young generation at the 2 MB that it has after loading. It would grow, by 24 MB in all, with what outlives a
 * collection, which is the batch in hand whenever one begins: more room saves next to nothing. Has to be said at run time,
 * as V8 raises the factor to 2 when it sets up its heap from the command line. To clear so little takes less time than to wake
 * other threads for it: a fifth of all of tcpjoin's where each process asks once.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
}

/**
 * Has V8 look for garbage when the old generation has grown by 4 MB, where it would wait for four times what is in it: with
 * tables in which entries come and go that is a third of all memory. The first flag makes it 8 MB, of which the second takes a
 * part, in percent; a smaller part saves little more and takes a lot of time where much comes and goes. For who has no such
 * tables it is no good: tcpsource, where nothing gets to be old without it, then has 7 MB more from one collection to the next.
 */
export function keepTablesSmall(): void {
  setFlagsFromString('--optimize-for-size');
  setFlagsFromString('--incremental-marking-hard-trigger=50');
}
