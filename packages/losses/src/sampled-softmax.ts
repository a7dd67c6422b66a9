import { slice, sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { checkKnownOptions } from '@ctrflow/core';
import { logSumExp } from './log-sum-exp';
import type { Loss } from './loss';
import { queryWeights, vectorsOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link sampledSoftmax}. */
export interface SampledSoftmaxOptions {
  /** Scores of the positive, ahead, and of S sampled negatives, `[B, 1 + S]`. Default `scores`. */
  readonly output?: string;
  /** Logarithms of the probabilities with which each of them was sampled, `[B, 1 + S]`. Default none: all alike. */
  readonly logQ?: string;
  /** A binary target: only its positives count. Default none: all rows do. */
  readonly target?: string;
}

/** What {@link sampledSoftmax} makes. */
export interface SampledSoftmax extends Loss {
  readonly logQ?: string;
}

/**
 * Softmax over a positive and its sampled negatives: the mean of `ln(sum_k e^(c_k)) - c_0`, `c_k = s_k - ln q_k`.
 *
 * Shapes: scores, logarithms of probabilities `[B, 1 + S]`, target `[B, 1]` -> scalar. A negative that is the positive itself is for the model to leave out.
 *
 * @throws ConfigError in a step without those outputs or that target; ShapeError for outputs of another shape
 * @see Bengio, Senecal: Adaptive importance sampling to accelerate training of a neural probabilistic language model. IEEE TNN 2008.
 * @see Jean, Cho, Memisevic, Bengio: On using very large target vocabulary for neural machine translation. ACL 2015, equation 8.
 */
export function sampledSoftmax(options: SampledSoftmaxOptions = {}): SampledSoftmax {
  checkKnownOptions('sampledSoftmax', options, ['output', 'logQ', 'target']);
  const { output = 'scores', logQ, target } = options;
  return {
    ...options,
    kind: 'sampled-softmax',
    output,
    of: (inputs) =>
      tidy(() => {
        const scores = vectorsOf(inputs, 'sampledSoftmax', output, 2);
        const corrected =
          logQ === undefined ? scores : sub<Tensor2D>(scores, vectorsOf(inputs, 'sampledSoftmax', logQ, 2)); // [B, 1 + S]
        const positive = slice(corrected, [0, 0], [-1, 1]); // [B, 1]
        return weightedMean(sub(logSumExp(corrected), positive), queryWeights(inputs, 'sampledSoftmax', target));
      }),
  };
}
