import { abs, add, div, exp, log1p, mul, neg, relu, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';

/**
 * Weighted mean of the binary cross-entropy from logits: `sum_b w_b (max(z, 0) - z y + ln(1 + e^-|z|)) / sum_b w_b`.
 *
 * Shapes: logits, labels, weights `[B, 1]` -> scalar. Rows of weight 0 (padding) count for nothing.
 */
export function weightedCrossEntropy(logits: Tensor2D, labels: Tensor2D, weights: Tensor2D): Scalar {
  return tidy(() => {
    const losses = add(sub(relu(logits), mul(logits, labels)), log1p(exp(neg(abs(logits)))));
    return div(sum(mul(losses, weights)), sum(weights));
  });
}
