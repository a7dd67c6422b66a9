import { tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import { logistic } from './logistic';
import type { Loss } from './loss';
import { columnOf, targetOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions {
  /** The logits z, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A binary target. */
  readonly target: string;
}

/**
 * Cross-entropy of a binary target: the mean of `max(z, 0) - z y + ln(1 + e^-|z|)`, which is `-y ln p - (1 - y) ln(1 - p)` with `p = sigmoid(z)`.
 *
 * Shapes: logits, target `[B, 1]` -> scalar.
 *
 * @example
 * binaryCrossEntropy({ output: 'buy', target: 'purchase' }).of({ outputs: { buy: logits }, targets: { purchase }, weights });
 *
 * @throws ConfigError for unknown options, and in a step without that output or target; ShapeError for an output of another shape
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions): Loss {
  checkKnownOptions('binaryCrossEntropy', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('binaryCrossEntropy', 'target', options.target);
  return {
    kind: 'binary-cross-entropy',
    output,
    target,
    link: 'sigmoid',
    of: (inputs) => {
      const { values, weights } = targetOf(inputs, 'binaryCrossEntropy', target);
      return weightedCrossEntropy(columnOf(inputs, 'binaryCrossEntropy', output), values, weights);
    },
  };
}

/**
 * Weighted mean of the binary cross-entropy from logits: `sum_b w_b (max(z, 0) - z y + ln(1 + e^-|z|)) / sum_b w_b`.
 *
 * Shapes: logits, labels, weights `[B, 1]` -> scalar. Rows of weight 0 (padding) count for nothing, a batch of them gives 0.
 */
export function weightedCrossEntropy(logits: Tensor2D, labels: Tensor2D, weights: Tensor2D): Scalar {
  return tidy(() => weightedMean(logistic(logits, labels), weights));
}
