import { foldIn, randomKey, uniformAt } from '@ctrflow/core';

/** Unit roundoff of float32, `2^-24`: one rounding changes a value by at most this times the value. */
export const ROUNDOFF = 2 ** -24;

/** A direction of +1 and -1, a function of the seed: every element counts, so that no wrong one hides. */
export function signs(size: number, seed: number | string): Float64Array {
  const key = foldIn(randomKey(seed), 'signs');
  return Float64Array.from({ length: size }, (_, i) => (uniformAt(key, i) < 0.5 ? -1 : 1));
}

/**
 * The derivative of `f` at `x` along `direction` by central differences in float64, `(f(x + h d) - f(x - h d)) / 2h`. With h = 1e-6 and `f` about 1
 * its own error is about 1e-10: it counts as exact beside float32.
 */
export function directionalDifference(
  f: (x: Float64Array) => number,
  x: Float64Array,
  direction: Float64Array,
  step = 1e-6,
): number {
  const at = (sign: number): number => f(x.map((value, i) => value + sign * step * direction[i]));
  return (at(1) - at(-1)) / (2 * step);
}

/** The inner product of a gradient and a direction, and the sum of its terms' magnitudes: what rounding errors are a multiple of. */
export function project(
  gradient: ArrayLike<number>,
  direction: ArrayLike<number>,
): { readonly value: number; readonly magnitude: number } {
  let value = 0;
  let magnitude = 0;
  for (let i = 0; i < gradient.length; i++) {
    value += gradient[i] * direction[i];
    magnitude += Math.abs(gradient[i] * direction[i]);
  }
  return { value, magnitude };
}
