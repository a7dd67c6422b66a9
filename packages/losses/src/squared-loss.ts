import { square, sub, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import type { Loss } from './loss';
import { columnOf, targetOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link squaredLoss}. */
export interface SquaredLossOptions {
  /** The predictions z, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A target that is a number. */
  readonly target: string;
}

/**
 * Squared error of a number: the mean of `(z - y)^2`.
 *
 * Shapes: predictions, target `[B, 1]` -> scalar.
 *
 * @throws ConfigError in a step without that output or target; ShapeError for an output of another shape
 */
export function squaredLoss(options: SquaredLossOptions): Loss {
  checkKnownOptions('squaredLoss', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('squaredLoss', 'target', options.target);
  return {
    kind: 'squared',
    output,
    target,
    link: 'identity',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'squaredLoss', target);
        return weightedMean(square(sub(columnOf(inputs, 'squaredLoss', output), values)), weights);
      }),
  };
}
