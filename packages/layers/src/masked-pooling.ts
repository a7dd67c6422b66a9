import { div, expandDims, matMul, maximum, squeeze, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** The smallest normal float32. Weights are 0 or more: a sum below it is that of an empty list, or of weights that are 0. */
const TINY = 2 ** -126;

/**
 * Pools a padded list: `sum_t w_t x_t`, for `mean` divided by `sum_t w_t` (an empty list gives 0, and so do weights that are all 0); the mean is the same
 * for weights times a power of two.
 *
 * Shapes: list `[B, T, D]`, weights `[B, T]` (0 where padding) -> `[B, D]`.
 */
export function maskedPooling(list: Tensor3D, weights: Tensor2D, pooling: 'sum' | 'mean'): Tensor2D {
  return tidy(() => {
    const total = squeeze<Tensor2D>(matMul(expandDims<Tensor3D>(weights, 1), list), [1]); // [B, D]
    if (pooling === 'sum') return total;
    return div(total, maximum(sum(weights, 1, true), TINY)); // [B, D]
  });
}
