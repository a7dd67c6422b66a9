/** Mean and standard deviation (of a sample, n - 1) of some values; the deviation of one value is NaN. */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly stdDev: number;
}

/** @throws RangeError for no values */
export function momentsOf(values: readonly number[]): Moments {
  const count = values.length;
  if (count === 0) throw new RangeError('momentsOf: expected one value or more, got none');
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, stdDev: Math.sqrt(squares / (count - 1)) };
}

/** How far the mean of one sample is above that of another. */
export interface WelchBound {
  readonly difference: number;
  /** The true difference is above this with the level's confidence; NaN with fewer than two values on a side. */
  readonly lowerBound: number;
  /** Of Welch and Satterthwaite. */
  readonly degreesOfFreedom: number;
}

/**
 * One-sided lower bound of a difference of means whose variances need not be equal: `d - t_(level, nu) sqrt(s1^2 / n1 + s2^2 / n2)`.
 *
 * @param level - default 0.95
 * @see Welch: The generalization of Student's problem when several different population variances are involved. Biometrika 1947.
 */
export function welchLowerBound(ours: readonly number[], theirs: readonly number[], level = 0.95): WelchBound {
  const [a, b] = [momentsOf(ours), momentsOf(theirs)];
  const difference = a.mean - b.mean;
  const [va, vb] = [a.stdDev ** 2 / a.count, b.stdDev ** 2 / b.count];
  if (va + vb === 0) return { difference, lowerBound: difference, degreesOfFreedom: a.count + b.count - 2 };
  const degreesOfFreedom = (va + vb) ** 2 / (va ** 2 / (a.count - 1) + vb ** 2 / (b.count - 1));
  const lowerBound = difference - studentQuantile(level, degreesOfFreedom) * Math.sqrt(va + vb);
  return { difference, lowerBound, degreesOfFreedom };
}

/**
 * One-sided lower bound of the mean of paired differences, `ours[i] - theirs[i]`: `d - t_(level, n - 1) s / sqrt(n)`; NaN with fewer than two pairs.
 *
 * @param level - default 0.95
 */
export function pairedLowerBound(ours: readonly number[], theirs: readonly number[], level = 0.95): number {
  const { count, mean, stdDev } = momentsOf(ours.map((value, i) => value - theirs[i]));
  return mean - (studentQuantile(level, count - 1) * stdDev) / Math.sqrt(count);
}

/** The value below which Student's t with `nu` degrees of freedom lies with probability p, 0.5 <= p < 1. */
export function studentQuantile(p: number, nu: number): number {
  if (Number.isNaN(nu)) return NaN;
  let [low, high] = [0, 1];
  while (studentUpperTail(high, nu) > 1 - p) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentUpperTail(middle, nu) > 1 - p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * `P(T > t)`, t >= 0. With `t = sqrt(nu) tan(theta)` the density is `c cos(theta)^(nu - 1)` on a bounded interval; Simpson's rule on 2000 parts of tail and
 * half.
 */
function studentUpperTail(t: number, nu: number): number {
  const density = (theta: number): number => Math.cos(theta) ** (nu - 1);
  const from = Math.atan(t / Math.sqrt(nu));
  return (0.5 * simpson(density, from, Math.PI / 2)) / simpson(density, 0, Math.PI / 2);
}

function simpson(f: (x: number) => number, from: number, to: number, parts = 2000): number {
  const h = (to - from) / parts;
  let sum = f(from) + f(to);
  for (let i = 1; i < parts; i++) sum += f(from + i * h) * (i % 2 === 1 ? 4 : 2);
  return (sum * h) / 3;
}
