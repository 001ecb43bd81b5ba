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
/** A number that is whole, and one of millionths. */
export const whole = 0xffff_fffd;
export const millionths = 0xffff_fffc;
/** Up to so many the text is the one that JavaScript gives: of no more digits than a double holds, or next to no other double. */
export const maxThousandths = 999_999_999_999_999;
export const maxWhole = Number.MAX_SAFE_INTEGER;
export const maxMillionths = 2 ** 32 * 1e6 - 1;
/** Of the longest: fifteen digits, a sign and a point; or sixteen and a point. */
export const maxNumberBytes = 17;

/** How many of its units make one, and how many of them there can be. */
const units = new Map([
  [thousandths, { perOne: 1e3, max: maxThousandths }],
  [negativeThousandths, { perOne: -1e3, max: maxThousandths }],
  [whole, { perOne: 1, max: maxWhole }],
  [millionths, { perOne: 1e6, max: maxMillionths }],
]);

/**
 * Fills `target` with the first `count` of `pieces`, one behind the other. Returns how many bytes they are.
 * @throws RangeError for a piece that no source has, or `target` has no room for, and for a number above its most; `target` is
 * then undefined
 */
export type Weave = (
  target: Uint8Array,
  sources: readonly Uint8Array[],
  pieces: Uint32Array,
  count: number,
) => number;

/** Undefined where the addon is not built: it only saves time. @throws Error where it was built of other sources */
export function createWeave(): Weave | undefined {
  const addon = optionalAddon<{ weave: Weave; kinds?: number }>('weave');
  if (addon && addon.kinds !== units.size)
    throw new Error('the weave addon is of other sources: npm run build');
  return addon?.weave;
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
  const unit = units.get(index);
  if (unit) {
    const count = start + end * 2 ** 32;
    if (count > unit.max) throw new RangeError('a number of too many digits');
    return Buffer.from(String(count / unit.perOne));
  }
  const source = sources[index];
  if (!source || start > end || end > source.length) throw new RangeError('a piece of no source');
  return source.subarray(start, end);
}
