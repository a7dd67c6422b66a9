import { mul, relu, sub, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import type { Loss } from './loss';
import { columnOf, targetOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link hingeLoss}. */
export interface HingeLossOptions {
  /** The scores s, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A binary target. */
  readonly target: string;
}

/**
 * Hinge loss of a binary target: the mean of `max(0, 1 - (2 y - 1) s)`. The sigmoid of a score orders rows as the score does and is no calibrated probability.
 *
 * Shapes: scores, target `[B, 1]` -> scalar.
 *
 * @throws ConfigError in a step without that output or target; ShapeError for an output of another shape
 * @see Cortes, Vapnik: Support-vector networks. Machine Learning 1995.
 */
export function hingeLoss(options: HingeLossOptions): Loss {
  checkKnownOptions('hingeLoss', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('hingeLoss', 'target', options.target);
  return {
    kind: 'hinge',
    output,
    target,
    link: 'sigmoid',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'hingeLoss', target);
        const margin = mul(sub(mul(values, 2), 1), columnOf(inputs, 'hingeLoss', output)); // [B, 1]
        return weightedMean(relu(sub(1, margin)), weights);
      }),
  };
}
