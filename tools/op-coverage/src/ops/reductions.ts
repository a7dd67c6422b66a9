import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { bools, call, ints, reals } from '../call';
import type { Calls } from '../call';

/** Operations that reduce, accumulate, count and order. */
export const reductionCalls: Calls = {
  all: call((x: Tensor) => tf.all(x, 1), bools([2, 3])),
  any: call((x: Tensor) => tf.any(x, 1), bools([2, 3])),
  argMax: call((x: Tensor) => tf.argMax(x, 1), [2, 3]),
  argMin: call((x: Tensor) => tf.argMin(x, 0), [2, 3]),
  bincount: call((x: Tensor, w: Tensor) => tf.bincount(x as Tensor1D, w as Tensor1D, 4), ints([6], 5), [6]),
  cumprod: call((x: Tensor) => tf.cumprod(x, 0), [3, 2]),
  cumsum: call((x: Tensor) => tf.cumsum(x, 0, true, true), [3, 2]),
  denseBincount: call((x: Tensor, w: Tensor) => tf.denseBincount(x as Tensor2D, w as Tensor2D, 4), ints([2, 3], 5), [2, 3]), // prettier-ignore
  euclideanNorm: call((x: Tensor) => tf.euclideanNorm(x, 1), [2, 3]),
  logSumExp: call((x: Tensor) => tf.logSumExp(x, 1), [2, 3]),
  max: call((x: Tensor) => tf.max(x, 1), [2, 3]),
  mean: call((x: Tensor) => tf.mean(x, 0, true), [2, 3]),
  min: call((x: Tensor) => tf.min(x, [0, 1]), [2, 3]),
  moments: call((x: Tensor) => tf.moments(x, 0).variance, [2, 3]),
  movingAverage: call((v: Tensor, x: Tensor) => tf.movingAverage(v, x, 0.9, 3), [2, 3], [2, 3]),
  norm: call((x: Tensor) => tf.norm(x, 1), [2, 3]),
  prod: call((x: Tensor) => tf.prod(x, 1), [2, 3]),
  searchSorted: call((s: Tensor, v: Tensor) => tf.searchSorted(s, v), reals([1, 1]), [1, 3]),
  sum: call((x: Tensor) => tf.sum(x, [0, 2]), [2, 3, 2]),
  topk: call((x: Tensor) => tf.topk(x, 2).values, [2, 3]),
  unsortedSegmentSum: call((x: Tensor, ids: Tensor) => tf.unsortedSegmentSum(x, ids as Tensor1D, 4), [3, 2], ints([3], 4)), // prettier-ignore
  'losses.absoluteDifference': call((a: Tensor, b: Tensor) => tf.losses.absoluteDifference(a, b), [2, 3], [2, 3]),
  'losses.computeWeightedLoss': call((a: Tensor, b: Tensor) => tf.losses.computeWeightedLoss(a, b), [2, 3], [2, 3]),
  'losses.cosineDistance': call((a: Tensor, b: Tensor) => tf.losses.cosineDistance(a, b, 1), [2, 3], [2, 3]),
  'losses.hingeLoss': call((a: Tensor, b: Tensor) => tf.losses.hingeLoss(a, b), [2, 3], [2, 3]),
  'losses.huberLoss': call((a: Tensor, b: Tensor) => tf.losses.huberLoss(a, b), [2, 3], [2, 3]),
  'losses.logLoss': call((a: Tensor, b: Tensor) => tf.losses.logLoss(a, b), reals([2, 3], 0, 1), reals([2, 3], 0.1, 0.8)), // prettier-ignore
  'losses.meanSquaredError': call((a: Tensor, b: Tensor) => tf.losses.meanSquaredError(a, b), [2, 3], [2, 3]),
  'losses.sigmoidCrossEntropy': call((a: Tensor, b: Tensor) => tf.losses.sigmoidCrossEntropy(a, b), [2, 3], [2, 3]),
  'losses.softmaxCrossEntropy': call((a: Tensor, b: Tensor) => tf.losses.softmaxCrossEntropy(a, b), [2, 3], [2, 3]),
  multinomial: call((x: Tensor) => tf.multinomial(x as Tensor2D, 3, 5), [2, 3]),
  outerProduct: call((a: Tensor, b: Tensor) => tf.outerProduct(a as Tensor1D, b as Tensor1D), [2], [3]),
  dot: call((a: Tensor, b: Tensor) => tf.dot(a, b), [2, 3], [3]),
  einsum: call((a: Tensor, b: Tensor) => tf.einsum('bij,bkj->bik', a, b), [2, 3, 4], [2, 5, 4]),
  matMul: call((a: Tensor, b: Tensor) => tf.matMul(a, b, false, true), [2, 3, 4], [1, 5, 4]),
  'fused.matMul': call((a: Tensor, b: Tensor, bias: Tensor) => tf.fused.matMul({ a, b, bias, activation: 'elu' }), [2, 3], [3, 4], [4]), // prettier-ignore
  'linalg.bandPart': call((x: Tensor) => tf.linalg.bandPart(x, 1, 0), [3, 3]),
  'linalg.gramSchmidt': call((x: Tensor) => tf.linalg.gramSchmidt(x as Tensor2D), [2, 3]),
  'linalg.qr': call((x: Tensor) => tf.linalg.qr(x)[0], [3, 3]),
  basicLSTMCell: call((k: Tensor, b: Tensor, x: Tensor, c: Tensor, h: Tensor) => tf.basicLSTMCell(tf.scalar(1), k as Tensor2D, b as Tensor1D, x as Tensor2D, c as Tensor2D, h as Tensor2D), [5, 8], [8], [2, 3], [2, 2], [2, 2]), // prettier-ignore
  multiRNNCell: call((k: Tensor, b: Tensor, x: Tensor, c: Tensor, h: Tensor) => tf.multiRNNCell([(data, c0, h0) => tf.basicLSTMCell(tf.scalar(1), k as Tensor2D, b as Tensor1D, data, c0, h0)], x as Tensor2D, [c as Tensor2D], [h as Tensor2D])[1], [5, 8], [8], [2, 3], [2, 2], [2, 2]), // prettier-ignore
  dropout: call((x: Tensor) => tf.dropout(x, 0.5, undefined, 7), [2, 3]),
  rand: call((x: Tensor) => tf.mul(x, tf.rand([3], Math.random)), [2, 3]),
  randomGamma: call((x: Tensor) => tf.mul(x, tf.randomGamma([3], 1)), [2, 3]),
  randomNormal: call((x: Tensor) => tf.mul(x, tf.randomNormal([3])), [2, 3]),
  randomStandardNormal: call((x: Tensor) => tf.mul(x, tf.randomStandardNormal([3])), [2, 3]),
  randomUniform: call((x: Tensor) => tf.mul(x, tf.randomUniform([3])), [2, 3]),
  randomUniformInt: call((x: Tensor) => tf.mul(x, tf.randomUniformInt([3], 0, 5)), [2, 3]),
  truncatedNormal: call((x: Tensor) => tf.mul(x, tf.truncatedNormal([3])), [2, 3]),
};
