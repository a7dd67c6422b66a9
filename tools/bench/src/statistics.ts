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
