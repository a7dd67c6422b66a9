import { broadcast_util, cast, greater, greaterEqual, less, lessEqual, mul, neg, reshape, sub, sum } from '@tensorflow/tfjs-core'; // prettier-ignore
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** Sums over the axes along which an operand was repeated. */
function unbroadcast(dx: Tensor, { shape }: Tensor): Tensor {
  const axes = broadcast_util.getReductionAxes(shape, dx.shape);
  return reshape(axes.length === 0 ? dx : sum(dx, axes), shape);
}

type Compare = (a: Tensor, b: Tensor) => Tensor;

/** The side that is taken gets the gradient; of equal elements the first side, as in tfjs. */
function chosen(kernelName: string, first: Compare, second: Compare): Gradient {
  return gradient(kernelName, ['a', 'b'], (dy, [a, b]) => ({
    a: () => unbroadcast(mul(dy, cast(first(a, b), 'float32')), a),
    b: () => unbroadcast(mul(dy, cast(second(a, b), 'float32')), b),
  }));
}

const squaredDifference = gradient('SquaredDifference', ['a', 'b'], (dy, [a, b]) => {
  const slope = (): Tensor => mul(dy, mul(2, sub(a, b)));
  return { a: () => unbroadcast(slope(), a), b: () => unbroadcast(neg(slope()), b) };
});

/** Operations whose gradient tfjs leaves in the shape of the result, which fails where an operand was repeated. */
export const broadcastGradients: readonly Gradient[] = [
  chosen('Maximum', greaterEqual, less),
  chosen('Minimum', lessEqual, greater),
  squaredDifference,
];
