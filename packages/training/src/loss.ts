import { add, addN, tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { weightedCrossEntropy, weightedMean } from '@ctrflow/losses';
import type { ModelOutputs } from '@ctrflow/model-kit';

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
