import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { bools, call, ints, reals } from '../call';
import type { Calls, Sample } from '../call';

type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor, b: Tensor) => Tensor;

function unary(ops: Readonly<Record<string, Unary>>, input: Sample = reals([2, 3])): Calls {
  return Object.fromEntries(Object.entries(ops).map(([name, op]) => [name, call(op, input)]));
}

/** With broadcasting on both sides; the second side is positive. */
function binary(ops: Readonly<Record<string, Binary>>): Calls {
  return Object.fromEntries(Object.entries(ops).map(([name, op]) => [name, call(op, reals([2, 1, 3]), reals([4, 1], 0.5, 2))])); // prettier-ignore
}

const { abs, asin, acos, asinh, atan, atanh, ceil, clone, cos, cosh, elu, erf, exp, expm1, floor } = tf;
const { isFinite, isInf, isNaN, leakyRelu, logSigmoid, neg, reciprocal, relu, relu6, round, selu, sigmoid, sign } = tf;
const { sin, sinh, softplus, square, step, tan, tanh, zerosLike, onesLike } = tf;
const { add, atan2, div, divNoNan, equal, floorDiv, greater, greaterEqual, less, lessEqual, maximum, minimum } = tf;
const { mod, mul, notEqual, squaredDifference, sub } = tf;

/** Operations that work element by element. */
export const elementwiseCalls: Calls = {
  ...unary({ abs, asin, acos, asinh, atan, atanh, ceil, clone, cos, cosh, elu, erf, exp, expm1, floor }),
  ...unary({ isFinite, isInf, isNaN, leakyRelu, logSigmoid, neg, reciprocal, relu, relu6, round, selu, sigmoid, sign }), // prettier-ignore
  ...unary({ sin, sinh, softplus, square, step, tan, tanh, zerosLike, onesLike }),
  ...unary({ acosh: tf.acosh, log: tf.log, log1p: tf.log1p, rsqrt: tf.rsqrt, sqrt: tf.sqrt }, reals([2, 3], 1.1, 2)),
  ...binary({ add, atan2, div, divNoNan, equal, floorDiv, greater, greaterEqual, less, lessEqual, maximum, minimum }),
  ...binary({ mod, mul, notEqual, squaredDifference, sub }),
  pow: call((a: Tensor, b: Tensor) => tf.pow(a, b), reals([2, 3], 0.5, 2), reals([3])),
  prelu: call((x: Tensor, alpha: Tensor) => tf.prelu(x, alpha), [2, 3], [3]),
  addN: call((a: Tensor, b: Tensor) => tf.addN([a, b, a]), [2, 3], [2, 3]),
  bitwiseAnd: call((a: Tensor, b: Tensor) => tf.bitwiseAnd(a, b), ints([4], 8), ints([4], 6)),
  cast: call((x: Tensor) => tf.cast(x, 'int32'), [2, 3]),
  clipByValue: call((x: Tensor) => tf.clipByValue(x, -0.5, 0.5), [2, 3]),
  logicalAnd: call((a: Tensor, b: Tensor) => tf.logicalAnd(a, b), bools([2, 3]), bools([3])),
  logicalOr: call((a: Tensor, b: Tensor) => tf.logicalOr(a, b), bools([2, 3]), bools([3])),
  logicalXor: call((a: Tensor, b: Tensor) => tf.logicalXor(a, b), bools([2, 3]), bools([3])),
  logicalNot: call((a: Tensor) => tf.logicalNot(a), bools([2, 3])),
  where: call((c: Tensor, a: Tensor, b: Tensor) => tf.where(c, a, b), bools([2, 1]), [2, 3], [3]),
  softmax: call((x: Tensor) => tf.softmax(x), [2, 3]),
  logSoftmax: call((x: Tensor) => tf.logSoftmax(x), [2, 3]),
  ensureShape: call((x: Tensor) => tf.ensureShape(x, [2, 3] as never), [2, 3]),
};
