/** Of at least one number. */
export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** Half the distance between the quartiles: how far a typical repetition lies from the median. */
export function spread(numbers: readonly number[]): number {
  return (quantile(numbers, 0.75) - quantile(numbers, 0.25)) / 2;
}

/** Between neighbours, in proportion. */
function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const below = sorted[Math.floor(at)]!;
  return below + (sorted[Math.ceil(at)]! - below) * (at % 1);
}
