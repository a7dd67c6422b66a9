import { cast, greater, logicalAnd, mul, softplus, sub, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import type { Loss } from './loss';
import { columnOf, groupsOf, targetOf } from './read-inputs';
import { acrossRows, inOneGroup } from './row-pairs';
import { weightedMean } from './weighted-mean';

/** Options of {@link pairwiseLogistic}. */
export interface PairwiseLogisticOptions {
  /** The scores s, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A binary target, or a number: of two rows of a group, the one with the larger value should have the larger score. */
  readonly target: string;
}

/**
 * Pairwise logistic loss within groups (BPR): the mean of `ln(1 + e^-(s_i - s_j))` over the pairs of rows of one group with `y_i > y_j`.
 *
 * A pair weighs the product of its rows' weights. Batches must hold groups together: only rows of the same batch are compared. Scores of different groups are
 * not comparable, so that the sigmoid of a score is no probability.
 *
 * Shapes: scores, target, groups `[B, 1]` -> scalar; time and memory grow with B^2.
 *
 * @throws ConfigError in a step without that output, target or groups; ShapeError for an output of another shape
 * @see Rendle, Freudenthaler, Gantner, Schmidt-Thieme: BPR: Bayesian personalized ranking from implicit feedback. UAI 2009, section 4.1.
 * @see Burges et al.: Learning to rank using gradient descent. ICML 2005, equation 3.
 */
export function pairwiseLogistic(options: PairwiseLogisticOptions): Loss {
  checkKnownOptions('pairwiseLogistic', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('pairwiseLogistic', 'target', options.target);
  return {
    kind: 'pairwise-logistic',
    output,
    target,
    link: 'sigmoid',
    reads: 'groups',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'pairwiseLogistic', target);
        const scores = columnOf(inputs, 'pairwiseLogistic', output);
        const ordered = logicalAnd(
          inOneGroup(groupsOf(inputs, 'pairwiseLogistic')),
          greater(values, acrossRows(values)),
        ); // [B, B]
        const losses = softplus(sub(acrossRows(scores), scores)); // [B, B]
        return weightedMean(losses, mul(cast(ordered, 'float32'), mul(weights, acrossRows(weights))));
      }),
  };
}
