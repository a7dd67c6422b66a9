import { add, exp, mul, relu, sub, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import type { Loss } from './loss';
import { columnOf, targetOf } from './read-inputs';
import { weightedMean } from './weighted-mean';

/** Options of {@link poissonLoss}. */
export interface PoissonLossOptions {
  /** The logarithms z of the predicted counts, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A target that is a count, or another number >= 0. */
  readonly target: string;
}

/** Logarithm of the largest count that anybody has, 1e13. */
const LARGEST = 30;

/**
 * Negative log likelihood of a Poisson distribution with mean e^z: the mean of `e^z - y z`, without `ln y!`, which no weight changes.
 *
 * Shapes: logarithms of counts, target `[B, 1]` -> scalar. Beyond z = 30 the exponential goes on as its tangent, `e^30 (z - 29)`, so that no row makes a step infinite.
 *
 * @throws ConfigError in a step without that output or target; ShapeError for an output of another shape
 */
export function poissonLoss(options: PoissonLossOptions): Loss {
  checkKnownOptions('poissonLoss', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('poissonLoss', 'target', options.target);
  return {
    kind: 'poisson',
    output,
    target,
    link: 'exp',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'poissonLoss', target);
        const logs = columnOf(inputs, 'poissonLoss', output);
        const beyond = relu(sub(logs, LARGEST)); // [B, 1]
        const counts = mul(exp(sub(logs, beyond)), add(beyond, 1)); // [B, 1]
        return weightedMean(sub(counts, mul(values, logs)), weights);
      }),
  };
}
