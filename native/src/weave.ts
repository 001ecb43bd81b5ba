import { optionalAddon } from './addon.js';

/** A piece is so many numbers: the index of its source, where it begins there, where it ends. */
export const numbersPerPiece = 3;
/**
 * Instead of an index: the piece is a number in decimal. Where it begins stands how many thousandths it is, the lower 32
 * bits of them, and where it ends the upper ones.
 */
export const thousandths = 0xffff_ffff;
/** The same, below zero. */
export const negativeThousandths = 0xffff_fffe;
/** Up to so many the text has no more digits than a double holds: it is the one that JavaScript gives. */
export const maxThousandths = 999_999_999_999_999;
/** Of the longest: fifteen digits, a sign and a point. */
export const maxNumberBytes = 17;

/**
 * Fills `target` with the first `count` of `pieces`, one behind the other. Returns how many bytes they are.
 * @throws RangeError for a piece that no source has, or `target` has no room for, and for a number above `maxThousandths`;
 * `target` is then undefined
 */
export type Weave = (
  target: Uint8Array,
  sources: readonly Uint8Array[],
  pieces: Uint32Array,
  count: number,
) => number;

/** Undefined where the addon is not built: it only saves time. */
export function createWeave(): Weave | undefined {
  return optionalAddon<{ weave: Weave }>('weave')?.weave;
}

/** The same without the addon. */
export const weaveSlowly: Weave = (target, sources, pieces, count) => {
  if (!(count >= 0 && count * numbersPerPiece <= pieces.length))
    throw new RangeError('more pieces than there are');
  let written = 0;
  for (let at = 0; at < count * numbersPerPiece; at += numbersPerPiece) {
    const bytes = bytesOf(sources, pieces[at]!, pieces[at + 1]!, pieces[at + 2]!);
    if (bytes.length > target.length - written) throw new RangeError('no room for a piece');
    target.set(bytes, written);
    written += bytes.length;
  }
  return written;
};

function bytesOf(sources: readonly Uint8Array[], index: number, start: number, end: number): Uint8Array {
  if (index >= negativeThousandths) {
    const count = start + end * 2 ** 32;
    if (count > maxThousandths) throw new RangeError('a number of too many digits');
    return Buffer.from(String((index === thousandths ? count : -count) / 1e3));
  }
  const source = sources[index];
  if (!source || start > end || end > source.length) throw new RangeError('a piece of no source');
  return source.subarray(start, end);
}
