import { div, expandDims, matMul, maximum, squeeze, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/**
 * Pools a padded list: `sum_t w_t x_t`, for `mean` divided by `sum_t w_t` (an empty list gives 0).
 *
 * Shapes: list `[B, T, D]`, weights `[B, T]` (0 where padding) -> `[B, D]`.
 */
export function maskedPooling(list: Tensor3D, weights: Tensor2D, pooling: 'sum' | 'mean'): Tensor2D {
  return tidy(() => {
    const total = squeeze<Tensor2D>(matMul(expandDims<Tensor3D>(weights, 1), list), [1]); // [B, D]
    if (pooling === 'sum') return total;
    return div(total, maximum(sum(weights, 1, true), 1e-12)); // [B, D]
  });
}
