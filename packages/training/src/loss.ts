import { abs, add, addN, div, exp, log1p, maximum, mul, neg, relu, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ModelOutputs } from '@ctrflow/model-kit';

/** The smallest normal float32: below the sum of any weights but zeros, and its reciprocal is finite. */
const SMALLEST = 2 ** -126;

/** `sum_b w_b x_b / sum_b w_b`; 0 where all weights are 0, as is its gradient: such a batch tells nothing. */
function weightedMean(perRow: Tensor, weights: Tensor2D): Scalar {
  return div(sum(mul(perRow, weights)), maximum(sum(weights), SMALLEST));
}

/**
 * Weighted mean of the binary cross-entropy from logits: `sum_b w_b (max(z, 0) - z y + ln(1 + e^-|z|)) / sum_b w_b`.
 *
 * Shapes: logits, labels, weights `[B, 1]` -> scalar. Rows of weight 0 (padding) count for nothing, a batch of them gives 0.
 */
export function weightedCrossEntropy(logits: Tensor2D, labels: Tensor2D, weights: Tensor2D): Scalar {
  return tidy(() => {
    const losses = add(sub(relu(logits), mul(logits, labels)), log1p(exp(neg(abs(logits)))));
    return weightedMean(losses, weights);
  });
}

/**
 * What a step minimizes: the cross-entropy of the logits and the model's own losses, each a weighted mean over the rows.
 *
 * Shapes: logits, losses, labels, weights `[B, 1]` -> scalar.
 */
export function stepLoss({ logits, losses }: ModelOutputs, labels: Tensor2D, weights: Tensor2D): Scalar {
  const crossEntropy = weightedCrossEntropy(logits, labels, weights);
  const own = Object.values(losses);
  if (own.length === 0) return crossEntropy;
  return tidy(() => {
    const perRow = own.length === 1 ? own[0] : addN([...own]); // [B, 1]
    return add(crossEntropy, weightedMean(perRow, weights));
  });
}
