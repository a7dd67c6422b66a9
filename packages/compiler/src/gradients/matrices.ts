import { broadcast_util, einsum, fill, matMul, mul, reshape, sum } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** Sums over the batch axes along which a side was repeated. */
function unbroadcast(dx: Tensor, shape: number[]): Tensor {
  const axes = broadcast_util.getReductionAxes(shape.slice(0, -2), dx.shape.slice(0, -2));
  const summed = axes.length === 0 ? dx : sum(dx, axes);
  return summed.shape.join() === shape.join() ? summed : reshape(summed, shape);
}

/** `dA = dY B^T`, `dB = A^T dY`, turned as the operands were; batch axes that one side lacks or has once are summed. */
const batchMatMul = gradient('BatchMatMul', ['a', 'b'], (dy, [a, b], { transposeA, transposeB }) => ({
  a: () =>
    unbroadcast(transposeA === true ? matMul(b, dy, transposeB === true, true) : matMul(dy, b, false, transposeB !== true), a.shape), // prettier-ignore
  b: () =>
    unbroadcast(transposeB === true ? matMul(dy, a, true, transposeA === true) : matMul(a, dy, transposeA !== true, false), b.shape), // prettier-ignore
}));

/** The sum in which a side and the result have changed places; axes that only this side has are repeated. */
function einsumOf(equation: string, side: number, dy: Tensor, saved: readonly Tensor[]): Tensor {
  const [sources, result] = equation.replace(/\s/g, '').split('->');
  const terms = sources.split(',');
  const own = terms[side];
  const other = terms[1 - side] as string | undefined;
  const known = Array.from(own)
    .filter((label) => result.includes(label) || other?.includes(label) === true)
    .join('');
  const partial =
    other === undefined ? einsum(`${result}->${known}`, dy) : productOf(dy, result, saved[1 - side], other, known);
  if (known === own) return partial;
  const { shape } = saved[side];
  const spread = Array.from(own).map((label, axis) => (known.includes(label) ? shape[axis] : 1));
  return mul(reshape(partial, spread), fill(shape, 1));
}

/** The axes that only one factor has are summed first: tfjs's kernel in JavaScript gets these wrong. */
function productOf(dy: Tensor, result: string, factor: Tensor, labels: string, wanted: string): Tensor {
  const alone = Array.from(labels).flatMap((label, axis) => ((result + wanted).includes(label) ? [] : [axis]));
  const left = Array.from(labels)
    .filter((_, axis) => !alone.includes(axis))
    .join('');
  return einsum(`${result},${left}->${wanted}`, dy, alone.length === 0 ? factor : sum(factor, alone));
}

/** Sums of products along named axes, which tfjs cannot differentiate. */
const einsumGradient: Gradient = {
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, saved, { equation }) =>
    Object.fromEntries(saved.map((_, side) => [side, () => einsumOf(equation as string, side, dy as Tensor, saved)])),
};

/** Products of matrices with a broadcast batch, for which tfjs's gradient has the wrong shape, and Einstein's sums. */
export const matrixGradients: readonly Gradient[] = [batchMatMul, einsumGradient];
