import { cast, mul, oneHot, reshape, sub, sum, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import { logSumExp } from './log-sum-exp';
import type { Loss } from './loss';
import { targetOf, vectorsOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link softmaxCrossEntropy}. */
export interface SoftmaxCrossEntropyOptions {
  /** The logits of the classes, `[B, K]`. Default `logit`. */
  readonly output?: string;
  /** A target of one of K classes. */
  readonly target: string;
}

/**
 * Cross-entropy of one of K classes: the mean of `ln(sum_k e^(z_k)) - z_y`.
 *
 * Shapes: logits `[B, K]`, target (the class's index) `[B, 1]` -> scalar.
 *
 * @throws ConfigError in a step without that output or target; ShapeError for an output of another shape
 */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions): Loss {
  checkKnownOptions('softmaxCrossEntropy', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('softmaxCrossEntropy', 'target', options.target);
  return {
    kind: 'softmax-cross-entropy',
    output,
    target,
    link: 'softmax',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'softmaxCrossEntropy', target);
        const logits = vectorsOf(inputs, 'softmaxCrossEntropy', output, 2);
        const classes = oneHot(cast(reshape(values, [-1]), 'int32'), logits.shape[1]); // [B, K]
        const ofClass = sum(mul(logits, classes), 1, true); // [B, 1]
        return weightedMean(sub(logSumExp(logits), ofClass), weights);
      }),
  };
}
