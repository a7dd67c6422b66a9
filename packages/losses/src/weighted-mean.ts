import { div, maximum, mul, sum } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/** Below the sum of any weights but zeros; a gradient divided by it stays finite, also that of a loss that an objective weighs with a million. */
const SMALLEST = 2 ** -100;

/**
 * `sum_b w_b l_b / sum_b w_b`; 0 where all weights are 0, as is its gradient: such a batch tells nothing.
 *
 * Shapes: losses and weights alike, of rows `[B, 1]` or of pairs of rows `[B, B]` -> scalar. Weights are 0 or more; losses must be finite also where they are 0.
 */
export function weightedMean(losses: Tensor, weights: Tensor): Scalar {
  return div(sum(mul(losses, weights)), maximum(sum(weights), SMALLEST));
}
