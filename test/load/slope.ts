/** A point of a measurement over time. */
export interface Point {
  /** Seconds. */
  at: number;
  value: number;
}

export interface Slope {
  /** By which the value grows in an hour. */
  perHour: number;
  /** Standard error of it. */
  error: number;
}

const hourSeconds = 3600;

/** Slope of the straight line that fits best (ordinary least squares). @throws Error for fewer than three points */
export function slopeOf(points: readonly Point[]): Slope {
  if (points.length < 3) throw new Error(`${points.length} points are too few for a line`);
  const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  const [middle, level] = [mean(points.map(({ at }) => at)), mean(points.map(({ value }) => value))];
  const total = (term: (point: Point) => number) => points.reduce((sum, point) => sum + term(point), 0);
  const width = total(({ at }) => (at - middle) ** 2);
  const slope = total(({ at, value }) => (at - middle) * (value - level)) / width;
  const residue = total(({ at, value }) => (value - level - slope * (at - middle)) ** 2);
  const error = Math.sqrt(residue / (points.length - 2) / width);
  return { perHour: slope * hourSeconds, error: error * hourSeconds };
}

/** The lowest point of each stretch of so many seconds: what garbage collection leaves, without what it will take. */
export function lowest(points: readonly Point[], seconds: number): Point[] {
  const lows = new Map<number, Point>();
  for (const point of points) {
    const stretch = Math.floor(point.at / seconds);
    const low = lows.get(stretch);
    if (low === undefined || point.value < low.value) lows.set(stretch, point);
  }
  return [...lows.values()];
}
