import {
  equal,
  greater,
  logicalAnd,
  logicalNot,
  logicalOr,
  matMul,
  mul,
  range,
  reshape,
  sub,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Rank, Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError, checkKnownOptions, checkNumber, expected } from '@ctrflow/core';
import { logSumExp } from './log-sum-exp';
import type { Loss, LossInputs } from './loss';
import { columnOf, queryWeights, targetOf, vectorsOf } from './read-inputs';
import { acrossRows, onlyWhere } from './row-pairs';
import { weightedMean } from './weighted-mean';

/** Options of {@link inBatchSoftmax}. */
export interface InBatchSoftmaxOptions {
  /** Vectors u of the queries, `[B, D]`. Default `user`. */
  readonly query?: string;
  /** Vectors v of the items, `[B, D]`. Default `item`. */
  readonly item?: string;
  /** A binary target, or a reward >= 0: only rows with a positive value are queries, and count by it. Default none: all rows are. */
  readonly target?: string;
  /** Scores are divided by it, > 0. Default 1; 0.05 to 0.2 is usual where vectors are of length 1. */
  readonly temperature?: number;
  /** Logarithms of the probabilities of each row's item in a batch, `[B, 1]`. Default none: all alike. */
  readonly logQ?: string;
  /** Ids of the items, `[B, 1]`: other rows with the item of a query are then no negatives of it. Default none. */
  readonly itemId?: string;
}

/** What {@link inBatchSoftmax} makes. */
export interface InBatchSoftmax extends Loss, InBatchSoftmaxOptions {
  readonly query: string;
  readonly item: string;
  readonly temperature: number;
}

/**
 * Softmax over the items of the batch, of two towers: the mean of `ln(sum_j e^(c_ij)) - c_ii`, `c_ij = u_i v_j / temperature - ln q_j`, where each row i counts by
 * `w_i y_i`.
 *
 * The items of all rows that have a weight stand in the sum, those of rows that are no query too. The correction `ln q_j` keeps frequent items, which are
 * negatives more often, from being held down for that.
 *
 * Shapes: vectors `[B, D]`, `logQ`, `itemId`, target `[B, 1]` -> scalar; time and memory grow with B^2.
 *
 * @throws ConfigError for a temperature of 0 or less, and in a step without those outputs or that target; ShapeError for outputs of another shape
 * @see Yi et al.: Sampling-bias-corrected neural modeling for large corpus item recommendations. RecSys 2019, equations 4 to 6.
 */
export function inBatchSoftmax(options: InBatchSoftmaxOptions = {}): InBatchSoftmax {
  checkKnownOptions('inBatchSoftmax', options, ['query', 'item', 'target', 'temperature', 'logQ', 'itemId']);
  const { query = 'user', item = 'item' } = options;
  const temperature = checkNumber('inBatchSoftmax', 'temperature', options.temperature ?? 1, {
    min: 0,
    exclusive: true,
  });
  const named = { ...options, query, item, temperature };
  return { ...named, kind: 'in-batch-softmax', of: (inputs) => tidy(() => lossOf(named, inputs)) };
}

type Named = InBatchSoftmaxOptions & { readonly query: string; readonly item: string; readonly temperature: number };

function lossOf({ query, item, temperature, logQ, itemId, target }: Named, inputs: LossInputs): Scalar {
  const who = 'inBatchSoftmax';
  const [users, items] = [query, item].map((name) => vectorsOf(inputs, who, name));
  if (users.shape[1] !== items.shape[1])
    throw new ShapeError(expected(who, `vectors of one length for ${query} and ${item}`, [users.shape, items.shape]));
  const scaled = mul(users, 1 / temperature); // [B, D]
  let [scores, own]: Tensor[] = [matMul(scaled, items, false, true), sum(mul(scaled, items), 1, true)]; // [B, B], [B, 1]
  if (logQ !== undefined) {
    const correction = columnOf(inputs, who, logQ);
    [scores, own] = [sub(scores, acrossRows(correction)), sub(own, correction)];
  }
  const weights = target === undefined ? inputs.weights : targetOf(inputs, who, target).weights;
  const candidates = candidatesOf(weights, itemId === undefined ? undefined : columnOf(inputs, who, itemId));
  return weightedMean(sub(logSumExp(onlyWhere(candidates, scores)), own), queryWeights(inputs, who, target));
}

/** Which items each row is held against: its own, and those of rows with a weight, of the same item never. `[B, B]` */
function candidatesOf(weights: Tensor2D, ids: Tensor2D | undefined): Tensor {
  const rows = reshape<Rank.R2>(range(0, weights.shape[0], 1, 'int32'), [-1, 1]);
  const itself = equal(rows, acrossRows(rows));
  const present = greater(acrossRows(weights), 0);
  return logicalOr(itself, ids === undefined ? present : logicalAnd(present, logicalNot(equal(ids, acrossRows(ids)))));
}
