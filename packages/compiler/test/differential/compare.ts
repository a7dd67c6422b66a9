import type { Exact, Filled } from '../exact';

/** Largest finite float32 number. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** What is wrong with results, or undefined: other shapes or types, or elements beyond the bound. Zeros of both signs are equal. */
export function difference(got: readonly Filled[], wanted: readonly Exact[]): string | undefined {
  if (got.length !== wanted.length) return `${got.length} results instead of ${wanted.length}`;
  for (const [i, result] of got.entries()) {
    const { shape, dtype, data, error } = wanted[i];
    if (JSON.stringify(result.shape) !== JSON.stringify(shape)) return `result ${i}: shape ${JSON.stringify(result.shape)} instead of ${JSON.stringify(shape)}`; // prettier-ignore
    if (result.dtype !== dtype) return `result ${i}: ${result.dtype} instead of ${dtype}`;
    const wrong = data.findIndex((value, k) => !within(result.data[k], value, dtype === 'float32' ? error[k] : 0));
    if (wrong >= 0) return `result ${i}, element ${wrong}: ${result.data[wrong]} instead of ${data[wrong]} (+-${error[wrong]})`; // prettier-ignore
  }
  return undefined;
}

/** Whether a float32 number is one that a computation with this error may give. */
export function within(got: number, value: number, error: number): boolean {
  const nearest = Math.fround(value);
  if (Number.isNaN(nearest)) return Number.isNaN(got);
  if (got === nearest) return true;
  if (Number.isFinite(value) && Math.abs(value) + error > LARGEST && got === Math.sign(value) * Infinity) return true;
  return Math.abs(got - value) <= error;
}
