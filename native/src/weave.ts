import { createRequire } from 'node:module';

/** A piece is so many numbers: the index of its source, where it begins there, where it ends. */
export const numbersPerPiece = 3;

/**
 * Fills `target` with the first `count` of `pieces`, one behind the other. Returns how many bytes they are.
 * @throws RangeError for a piece that no source has, or `target` has no room for; `target` is then undefined
 */
export type Weave = (
  target: Uint8Array,
  sources: readonly Uint8Array[],
  pieces: Uint32Array,
  count: number,
) => number;

/** Undefined where the addon is not built. */
export function createWeave(): Weave | undefined {
  try {
    return (createRequire(import.meta.url)('../build/Release/weave.node') as { weave: Weave }).weave;
  } catch {
    return undefined; // it only saves time
  }
}

/** The same without the addon. */
export const weaveSlowly: Weave = (target, sources, pieces, count) => {
  if (!(count >= 0 && count * numbersPerPiece <= pieces.length))
    throw new RangeError('more pieces than there are');
  let written = 0;
  for (let at = 0; at < count * numbersPerPiece; at += numbersPerPiece) {
    const source = sources[pieces[at]!];
    const start = pieces[at + 1]!;
    const end = pieces[at + 2]!;
    if (!source || start > end || end > source.length) throw new RangeError('a piece of no source');
    if (end - start > target.length - written) throw new RangeError('no room for a piece');
    target.set(source.subarray(start, end), written);
    written += end - start;
  }
  return written;
};
