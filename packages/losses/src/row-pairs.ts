/** Matrices over pairs of the rows of a batch, `[B, B]`: first axis the row in question, second axis the row that it is held against. */
import { add, cast, equal, greaterEqual, logicalAnd, mul, reshape, scalar, sub } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';

/** A column laid along the second axis: `[B, 1] -> [1, B]`. */
export function acrossRows(column: Tensor2D): Tensor2D {
  return reshape(column, [1, -1]);
}

/** Whether two rows are of one group; a row without one, -1, is not even in its own. `[B, 1] -> [B, B]`. */
export function inOneGroup(groups: Tensor2D): Tensor {
  return logicalAnd(equal(groups, acrossRows(groups)), greaterEqual(groups, scalar(0, 'int32')));
}

/** What is taken from scores that a row does not look at: far below any score, and far from the largest number of float32. */
const ASIDE = 2 ** 100;

/** Scores with those that `mask` leaves out so low that their exponential is 0. Shapes broadcast to `[B, B]`. */
export function onlyWhere(mask: Tensor, scores: Tensor): Tensor2D {
  return add(scores, mul(sub(cast(mask, 'float32'), 1), ASIDE));
}
