import { cast, greater, greaterEqual, logicalAnd, mul, scalar, sub, tidy } from '@tensorflow/tfjs-core';
import { checkKnownOptions, checkText } from '@ctrflow/core';
import { logSumExp } from './log-sum-exp';
import type { Loss } from './loss';
import { columnOf, groupsOf, targetOf } from './read-inputs';
import { acrossRows, inOneGroup, onlyWhere } from './row-pairs';
import { weightedMean } from './weighted-mean';

/** Options of {@link listwiseSoftmax}. */
export interface ListwiseSoftmaxOptions {
  /** The scores s, `[B, 1]`. Default `logit`. */
  readonly output?: string;
  /** A binary target, or a number >= 0: the relevance of the row within its group. */
  readonly target: string;
}

/**
 * Softmax cross-entropy within groups: the mean of `-ln(e^(s_i) / sum_j e^(s_j))`, j over the rows of the group of i, where each row i counts by `w_i y_i`.
 *
 * Rows of weight 0 are in no sum, rows without a group count for nothing. Batches must hold groups together: only rows of the same batch are compared. Scores of
 * different groups are not comparable, so that the sigmoid of a score is no probability.
 *
 * Shapes: scores, target, groups `[B, 1]` -> scalar; time and memory grow with B^2.
 *
 * @throws ConfigError in a step without that output, target or groups; ShapeError for an output of another shape
 * @see Cao, Qin, Liu, Tsai, Li: Learning to rank: from pairwise approach to listwise approach. ICML 2007, section 4.2, with y in place of e^y.
 */
export function listwiseSoftmax(options: ListwiseSoftmaxOptions): Loss {
  checkKnownOptions('listwiseSoftmax', options, ['output', 'target']);
  const { output = 'logit' } = options;
  const target = checkText('listwiseSoftmax', 'target', options.target);
  return {
    kind: 'listwise-softmax',
    output,
    target,
    link: 'sigmoid',
    reads: 'groups',
    of: (inputs) =>
      tidy(() => {
        const { values, weights } = targetOf(inputs, 'listwiseSoftmax', target);
        const scores = columnOf(inputs, 'listwiseSoftmax', output);
        const groups = groupsOf(inputs, 'listwiseSoftmax');
        const list = logicalAnd(inOneGroup(groups), greater(acrossRows(weights), 0)); // [B, B]
        const losses = sub(logSumExp(onlyWhere(list, acrossRows(scores))), scores); // [B, 1]
        const inGroup = cast(greaterEqual(groups, scalar(0, 'int32')), 'float32'); // [B, 1]
        return weightedMean(losses, mul(mul(weights, values), inGroup));
      }),
  };
}
