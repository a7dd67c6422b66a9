/** The spread of some times. */
export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  /** Median absolute deviation from the median: a spread that a few outliers do not move. */
  readonly deviation: number;
}

/** @throws RangeError for no values */
export function summarize(values: readonly number[]): Summary {
  const center = median(values);
  return {
    count: values.length,
    min: Math.min(...values),
    median: center,
    deviation: median(values.map((value) => Math.abs(value - center))),
  };
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median: expected one value or more, got none');
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * Standard error of a median, relative to it: `1.2533 sigma / sqrt(n) / median` with `sigma = 1.4826 deviation`, which holds for a normal spread. One
 * measured value says nothing about its spread: infinity.
 */
export function relativeError({ count, median: center, deviation }: Summary): number {
  return count < 2 ? Infinity : (1.2533 * 1.4826 * deviation) / Math.sqrt(count) / center;
}

/** `y = factor * x ^ exponent`. */
export interface PowerLaw {
  readonly exponent: number;
  readonly factor: number;
}

/**
 * The power law nearest to some points: least squares of `ln y` over `ln x`.
 *
 * @throws RangeError for fewer than two different x, or for a value that is not above 0
 */
export function fitPowerLaw(points: readonly (readonly [x: number, y: number])[]): PowerLaw {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centerX, centerY] = [mean(logs.map(([x]) => x)), mean(logs.map(([, y]) => y))];
  const spread = mean(logs.map(([x]) => (x - centerX) ** 2));
  if (!(spread > 0) || !Number.isFinite(centerX) || !Number.isFinite(centerY))
    throw new RangeError('fitPowerLaw: expected two or more different x and values above 0');
  const exponent = mean(logs.map(([x, y]) => (x - centerX) * (y - centerY))) / spread;
  return { exponent, factor: Math.exp(centerY - exponent * centerX) };
}
